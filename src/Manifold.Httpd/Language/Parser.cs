using Manifold.Httpd.Language.Unknown;

namespace Manifold.Httpd.Language;

/// <summary>
/// Pass one: turns text into the tree and carries out read-time directives on the way. Text in a false condition is skipped without a look
/// at anything but its sections. An error names each file on the way to it.
/// </summary>
internal sealed class Parser(Reading reading)
{
    /// <summary>How errors call the place of -C and -c directives.</summary>
    public const string CommandLine = "-c/-C directives";

    private const int DeepestFile = 128;
    private const int DeepestSection = 256;

    /// <summary>
    /// A section not yet closed: an ordinary one with its node, or a condition, whose lines belong to the section around it.
    /// </summary>
    private sealed record Open(string Name, int Line, DirectiveNode? Around);

    /// <summary>Reads one file into the section that is open now.</summary>
    public void ReadFile(string path, int includedOnLine)
    {
        var outer = reading.CurrentFile;
        var file = new IncludedFile(path, includedOnLine) { Depth = outer is null ? 1 : outer.Depth + 1 };
        if (file.Depth > DeepestFile)
            throw new ConfigurationException($"Files include each other {DeepestFile} levels deep, which is the limit, before {path}");
        switch (reading.Surroundings.Kind(path))
        {
            case PathKind.Directory:
                throw new ConfigurationException($"Could not open configuration file {path}: Is a directory");
            case PathKind.Other:
                throw new ConfigurationException($"AH00554: Access to file {path} denied by server: not a regular file");
            case PathKind.File or PathKind.Missing:
                break;
        }
        string text = reading.Surroundings.Text(path)
            ?? throw new ConfigurationException($"Could not open configuration file {path}: {reading.Surroundings.WhyNoText(path)}" +
                (outer is null ? " (-d names the directory that has conf/httpd.conf, -f another file)" : ""));
        outer?.Included.Add(file);
        reading.CurrentFile = file;
        ReadText(text, path);
        reading.CurrentFile = outer ?? file;
    }

    /// <summary>Reads text that came from <paramref name="source"/> into the section that is open now.</summary>
    public void ReadText(string text, string source)
    {
        var lines = new LineReader(text, reading.Overrides is null ? LineReader.LongestLine : LineReader.LongestHtaccessLine);
        try
        {
            Read(lines, source);
        }
        catch (ConfigurationException e) when (!e.Placed)
        {
            throw source == CommandLine || reading.Overrides is not null
                ? ConfigurationException.At(source, lines.Line, e.Message)
                : new ConfigurationException($"Syntax error on line {lines.Line} of {source}: {e.Message}");
        }
    }

    private void Read(LineReader lines, string source)
    {
        var open = new Stack<Open>();
        while (lines.Next() is { } line)
        {
            reading.CountLine();
            line = reading.Defines.Expand(line, reading.Surroundings, reading.Warnings.Add);
            var rest = line.AsSpan();
            string name = Words.Take(ref rest);
            if (name.StartsWith("</", StringComparison.Ordinal)) Close(name, open);
            else if (name.StartsWith('<')) OpenSection(name[1..], rest.ToString(), lines, source, open);
            else if (name.Length > 0) Plain(name, rest.ToString(), lines.Line, source);
        }
        if (open.Count > 0)
            throw new ConfigurationException(string.Join('\n', open.Select(section => NotClosed(source, section.Line, section.Name))));
    }

    private static string NotClosed(string source, int line, string name) => $"{source}:{line}: <{name}> was not closed.";

    private void Plain(string name, string text, int line, string source)
    {
        var directive = reading.Modules.Directive(name);
        if (directive is { AtReadTime: true })
        {
            if (Admitted(directive, line, source)) directive.Apply(Call(directive, text, line, source));
        }
        else Add(new DirectiveNode { Name = name, Text = text, File = source, Line = line, Parent = reading.Parent });
    }

    private void OpenSection(string name, string text, LineReader lines, string source, Stack<Open> open)
    {
        if (text.Length == 0 && name.EndsWith('>')) (name, text) = (name[..^1], ">");
        if (open.Count >= DeepestSection)
            throw new ConfigurationException($"Sections are nested {DeepestSection} deep, which is the limit");
        int line = lines.Line;
        var directive = reading.Modules.Section(name);
        if (directive is not { AtReadTime: true })
        {
            var node = new DirectiveNode { Name = name, Text = text, File = source, Line = line, Parent = reading.Parent, Children = [] };
            Add(node);
            open.Push(new Open(name, line, reading.Parent));
            reading.Parent = node;
            return;
        }
        string argument = DirectiveNode.SectionArgument(name, text);
        if (argument.Length == 0) throw new ConfigurationException($"<{name}> directive requires additional arguments");
        if (!Admitted(directive, line, source))
        {
            Skip(lines, source, name);
        }
        else if (directive.Condition is null)
        {
            var body = Skip(lines, source, name);
            directive.Apply(Call(directive, argument, line, source, body));
        }
        else if (directive.Condition(Call(directive, argument, line, source)))
        {
            open.Push(new Open(name, line, reading.Parent));
        }
        else
        {
            var rules = new List<SkippedRules.Rule>();
            Skip(lines, source, name, rules);
            SkippedRules.Tell(reading, Call(directive, argument, line, source), rules);
        }
    }

    private void Close(string name, Stack<Open> open)
    {
        if (!name.EndsWith('>')) throw new ConfigurationException($"{name}> directive missing closing '>'");
        string closed = name[2..^1];
        if (!open.TryPop(out var section)) throw new ConfigurationException($"{name} without matching <{closed}> section");
        if (!closed.Equals(section.Name, StringComparison.OrdinalIgnoreCase))
            throw new ConfigurationException($"Expected </{section.Name}> but saw {name}");
        reading.Parent = section.Around;
    }

    // Lines up to the end of the section that was just opened, raw; only sections are followed. The rules among them are added where that is asked for.
    private static List<string> Skip(LineReader lines, string source, string name, List<SkippedRules.Rule>? rules = null)
    {
        var open = new Stack<(string Name, int Line)>();
        open.Push((name, lines.Line));
        var body = new List<string>();
        while (lines.Next() is { } line)
        {
            if (line[0] == '<')
            {
                var rest = line.AsSpan();
                string word = Words.Take(ref rest);
                if (word.StartsWith("</", StringComparison.Ordinal))
                {
                    if (!word.EndsWith('>')) throw new ConfigurationException($"{word}> directive missing closing '>'");
                    if (!word.AsSpan()[2..^1].Equals(open.Peek().Name, StringComparison.OrdinalIgnoreCase))
                        throw new ConfigurationException($"Expected </{open.Peek().Name}> but saw {word}");
                    open.Pop();
                    if (open.Count == 0) return body;
                }
                else
                {
                    open.Push((word.TrimEnd('>')[1..], lines.Line));
                }
            }
            body.Add(line);
            if (rules is not null && SkippedRules.Of(line, lines.Line) is { } rule) rules.Add(rule);
        }
        throw new ConfigurationException(string.Join('\n', open.Select(section => NotClosed(source, section.Line, section.Name))));
    }

    private void Add(DirectiveNode node) => (reading.Parent?.Children ?? reading.Tree).Add(node);

    private bool Admitted(Directive directive, int line, string source) =>
        reading.Admits(directive, Place.Of(reading.Parent), reading.Parent, source, line);

    private DirectiveCall Call(Directive directive, string text, int line, string source, List<string>? body = null) => new()
    {
        Directive = directive,
        Args = Arity.Check(directive, text),
        Raw = text,
        File = source,
        Line = line,
        Scope = reading.Scope,
        Body = body ?? [],
        Reading = reading,
    };
}
