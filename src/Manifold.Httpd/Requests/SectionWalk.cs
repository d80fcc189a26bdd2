using System.Text.RegularExpressions;
using Manifold.Httpd.Configuration;

namespace Manifold.Httpd.Requests;

/// <summary>
/// The sections of one server, compiled, and the order in which those that match a request are merged: Directory by depth, regular
/// expressions over file names, Files, Location. Immutable; the settings it returns are shared.
/// </summary>
internal sealed class SectionWalk
{
    private readonly List<Compiled> _directories;
    private readonly List<Compiled> _directoryMatches;
    private readonly List<Compiled> _files;
    private readonly List<Compiled> _locations;
    private readonly Dictionary<Section, List<Compiled>> _nested = [];

    public SectionWalk(ServerScope main, ServerScope server)
    {
        var all = main.Sections.Concat(ReferenceEquals(main, server) ? [] : server.Sections).Select(s => new Compiled(s)).ToList();
        _directories = [.. all.Where(s => s.Kind == SectionKind.Directory).OrderBy(s => s.Order)];
        _directoryMatches = [.. all.Where(s => s.Kind == SectionKind.DirectoryMatch).OrderBy(s => s.Order)];
        _files = [.. all.Where(s => s.Kind is SectionKind.Files or SectionKind.FilesMatch)];
        _locations = [.. all.Where(s => s.Kind is SectionKind.Location or SectionKind.LocationMatch)];
        foreach (var section in all) Nest(section.Section);
        Root = new MergedSettings(server.Defaults, new MergedSettings.Budget(10_000));
    }

    /// <summary>The settings outside every section.</summary>
    public MergedSettings Root { get; }

    /// <summary>Adds the Location sections that match <paramref name="path"/>.</summary>
    public MergedSettings Locations(Request request, MergedSettings settings, string path) =>
        Apply(request, settings, _locations, path, null);

    /// <summary>Adds the Directory sections for the directory <paramref name="directory"/> (no slash at its end, but "/" itself).</summary>
    public MergedSettings Directory(MergedSettings settings, ReadOnlySpan<char> directory, List<Section> applied)
    {
        int depth = directory.Length == 1 ? 0 : directory.Count('/');
        foreach (var section in _directories)
        {
            if (section.Order > depth) break;
            if (section.Order != depth || !section.MatchesDirectory(directory)) continue;
            applied.Add(section.Section);
            settings = settings.With(section.Section);
        }
        return settings;
    }

    /// <summary>Adds everything that follows the directories: expressions over the file name, Files sections, nested ones.</summary>
    public MergedSettings Files(Request request, MergedSettings settings, string fileName, bool isDirectory, List<Section> applied)
    {
        string whole = isDirectory && !fileName.EndsWith('/') ? fileName + "/" : fileName;
        settings = Apply(request, settings, _directoryMatches, whole, applied);
        if (isDirectory) return settings;
        string name = fileName[(fileName.LastIndexOf('/') + 1)..];
        settings = Apply(request, settings, _files, name, null);
        foreach (var container in applied)
        {
            if (_nested.TryGetValue(container, out var nested)) settings = Apply(request, settings, nested, name, null);
        }
        return settings;
    }

    private static MergedSettings Apply(
        Request request, MergedSettings settings, List<Compiled> sections, string subject, List<Section>? applied)
    {
        foreach (var section in sections)
        {
            section.NameGroups(request, subject);
            if (!section.Matches(subject)) continue;
            applied?.Add(section.Section);
            settings = settings.With(section.Section);
        }
        return settings;
    }

    private void Nest(Section container)
    {
        if (container.Nested.Count == 0) return;
        var files = container.Nested.Where(s => s.Kind is SectionKind.Files or SectionKind.FilesMatch)
            .Select(s => new Compiled(s)).ToList();
        if (files.Count > 0) _nested[container] = files;
        foreach (var inner in container.Nested) Nest(inner);
    }

    /// <summary>One section with its pattern made ready for comparing.</summary>
    private sealed class Compiled
    {
        private readonly Regex? _regex;
        private readonly string[] _groups = [];
        private readonly bool _wild;
        private readonly string _pattern;

        public Compiled(Section section)
        {
            Section = section;
            Kind = section.Kind;
            _pattern = section.Pattern;
            _regex = section.Expression;
            if (_regex is not null) _groups = [.. _regex.GetGroupNames().Where(name => !char.IsAsciiDigit(name[0]))];
            else _wild = Wildcard.IsPattern(_pattern);
            Order = _pattern.Length == 1 ? 0 : _pattern.Count(c => c == '/');
        }

        public Section Section { get; }

        public SectionKind Kind { get; }

        public int Order { get; }

        public bool MatchesDirectory(ReadOnlySpan<char> directory) =>
            _wild ? Wildcard.Matches(_pattern, directory, '/') : directory.SequenceEqual(_pattern);

        public bool Matches(string subject)
        {
            if (_regex is not null) return _regex.IsMatch(subject);
            if (_wild) return Wildcard.Matches(_pattern, subject, Kind == SectionKind.Location ? '/' : '\0');
            if (Kind == SectionKind.Files) return _pattern == subject;
            return subject.StartsWith(_pattern, StringComparison.Ordinal) &&
                (subject.Length == _pattern.Length || _pattern.EndsWith('/') || subject[_pattern.Length] == '/');
        }

        /// <summary>Named groups of the expression become environment variables.</summary>
        public void NameGroups(Request request, string subject)
        {
            if (_groups.Length == 0) return;
            request.Resource.Cacheable = false;
            var match = _regex!.Match(subject);
            if (!match.Success) return;
            foreach (string group in _groups) request.Environment["MATCH_" + group] = match.Groups[group].Value;
        }
    }
}
