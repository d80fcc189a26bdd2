using Manifold.Httpd.Matching;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Requests;

/// <summary>One section with its pattern made ready for comparing. Immutable.</summary>
internal sealed class CompiledSection
{
    private readonly Pattern? _regex;
    private readonly bool _wild;
    private readonly string _pattern;

    public CompiledSection(Section section)
    {
        Section = section;
        Kind = section.Kind;
        _pattern = section.Pattern;
        _regex = section.Expression;
        _wild = _regex is null && Wildcard.IsPattern(_pattern);
        Order = _pattern.Length == 1 ? 0 : _pattern.AsSpan().Count('/');
        foreach (var nested in section.Nested)
        {
            if (nested.Kind is SectionKind.Files or SectionKind.FilesMatch) Files.Add(new CompiledSection(nested));
            else if (nested.Kind == SectionKind.If) Ifs.Add(new CompiledSection(nested));
        }
    }

    public Section Section { get; }

    public SectionKind Kind { get; }

    public int Order { get; }

    /// <summary>The Files sections inside this one.</summary>
    public List<CompiledSection> Files { get; } = [];

    /// <summary>The If, ElseIf and Else sections inside this one.</summary>
    public List<CompiledSection> Ifs { get; } = [];

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
        if (_regex is null || _regex.Names.Count == 0) return;
        request.Resource.Cacheable = false;
        if (_regex.Match(subject) is not { } match) return;
        foreach (var (name, number) in _regex.Names)
            if (match.IsSet(number)) request.Environment["MATCH_" + name.ToUpperInvariant()] = match[number].ToString();
    }
}
