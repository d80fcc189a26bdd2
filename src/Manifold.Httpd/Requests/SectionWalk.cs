using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>
/// The sections of one server, compiled, and the order in which those that match a request are merged: Directory by depth (each followed by
/// its per-directory file), regular expressions over file names, Files, Location, If. Immutable; the settings it returns are shared.
/// </summary>
internal sealed class SectionWalk
{
    private readonly List<CompiledSection> _directories = [];
    private readonly List<CompiledSection> _directoryMatches = [];
    private readonly List<CompiledSection> _files = [];
    private readonly List<CompiledSection> _locations = [];
    private readonly List<CompiledSection> _ifs = [];

    /// <summary>The sections of a server behind those of the main one; null for the main server's own.</summary>
    public SectionWalk(SectionWalk? main, ServerScope server)
    {
        if (main is not null)
        {
            _directories.AddRange(main._directories);
            _directoryMatches.AddRange(main._directoryMatches);
            _files.AddRange(main._files);
            _locations.AddRange(main._locations);
            _ifs.AddRange(main._ifs);
        }
        foreach (var section in server.Sections) Add(new CompiledSection(section));
        Root = new MergedSettings(server.Defaults, new MergedSettings.Budget(10_000));
    }

    /// <summary>The settings outside every section.</summary>
    public MergedSettings Root { get; }

    /// <summary>
    /// Adds the Location sections that match <paramref name="path"/>. Prefixes and wildcards are compared with the path of single slashes, also where
    /// MergeSlashes is off; expressions with the path as it is.
    /// </summary>
    public MergedSettings Locations(Request request, MergedSettings settings, string path, List<CompiledSection>? applied = null)
    {
        if (_locations.Count == 0) return settings;
        string merged = UrlPath.MergeSlashes(path);
        foreach (var section in _locations)
            settings = Apply(request, settings, section, section.Kind == SectionKind.Location ? merged : path, applied);
        return settings;
    }

    /// <summary>
    /// Adds the Directory sections for one step of a file name: a directory, or the file itself (no slash at its end, but "/" itself).
    /// </summary>
    public MergedSettings Directory(MergedSettings settings, ReadOnlySpan<char> directory, List<CompiledSection> applied)
    {
        int depth = directory.Length == 1 ? 0 : directory.Count('/');
        foreach (var section in _directories)
        {
            if (section.Order > depth) break;
            if (section.Order != depth || !section.MatchesDirectory(directory)) continue;
            applied.Add(section);
            settings = settings.With(section.Section);
        }
        return settings;
    }

    /// <summary>Adds everything that follows the directories: expressions over the file name, Files sections, nested ones.</summary>
    public MergedSettings Files(Request request, MergedSettings settings, string fileName, List<CompiledSection> applied)
    {
        settings = Apply(request, settings, _directoryMatches, fileName, applied);
        string name = fileName[(fileName.LastIndexOf('/') + 1)..];
        int containers = applied.Count;
        settings = Apply(request, settings, _files, name, applied);
        for (int i = 0; i < containers; i++)
        {
            if (applied[i].Files.Count > 0) settings = Apply(request, settings, applied[i].Files, name, applied);
        }
        return settings;
    }

    /// <summary>Adds the If sections whose conditions hold: those of the server, then those inside the sections that were applied.</summary>
    public MergedSettings Ifs(Request request, Resource resource, MergedSettings settings, List<CompiledSection> applied)
    {
        if (_ifs.Count == 0 && applied.TrueForAll(section => section.Ifs.Count == 0)) return settings;
        resource.Cacheable = false;
        resource.IsConditional = true;
        resource.Apply(settings); // conditions may ask for what has been merged so far
        // All of one depth before those that are in them.
        var lists = new Queue<IReadOnlyList<CompiledSection>>([_ifs, .. applied.Select(container => container.Ifs)]);
        while (lists.TryDequeue(out var list)) settings = Conditional(request, settings, list, lists);
        return settings;
    }

    private void Add(CompiledSection section)
    {
        switch (section.Kind)
        {
            case SectionKind.Directory: AddByDepth(_directories, section); break;
            case SectionKind.DirectoryMatch: AddByDepth(_directoryMatches, section); break;
            case SectionKind.Files or SectionKind.FilesMatch: _files.Add(section); break;
            case SectionKind.Location or SectionKind.LocationMatch: _locations.Add(section); break;
            case SectionKind.If: _ifs.Add(section); break;
        }
    }

    /// <summary>Behind those that are as deep: the order of the file decides.</summary>
    private static void AddByDepth(List<CompiledSection> sections, CompiledSection section) =>
        sections.Insert(sections.FindLastIndex(other => other.Order <= section.Order) + 1, section);

    private static MergedSettings Conditional(Request request, MergedSettings settings, IReadOnlyList<CompiledSection> sections, Queue<IReadOnlyList<CompiledSection>> deeper)
    {
        bool taken = false;
        foreach (var section in sections)
        {
            taken &= section.Section.IsElse;
            if (taken || section.Section.Condition?.Holds(request, varies: true) == false) continue;
            taken = true;
            settings = settings.With(section.Section);
            deeper.Enqueue(section.Ifs);
        }
        return settings;
    }

    private static MergedSettings Apply(
        Request request, MergedSettings settings, IReadOnlyList<CompiledSection> sections, string subject, List<CompiledSection>? applied)
    {
        foreach (var section in sections) settings = Apply(request, settings, section, subject, applied);
        return settings;
    }

    private static MergedSettings Apply(
        Request request, MergedSettings settings, CompiledSection section, string subject, List<CompiledSection>? applied)
    {
        section.NameGroups(request, subject);
        if (!section.Matches(subject)) return settings;
        applied?.Add(section);
        return settings.With(section.Section);
    }
}
