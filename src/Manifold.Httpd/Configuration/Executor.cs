namespace Manifold.Httpd.Configuration;

/// <summary>
/// Pass two: carries out the tree. Finds each line's directive, checks that it may stand where it stands and has the right number of
/// arguments, and calls its setter. The first error ends the reading.
/// </summary>
internal sealed class Executor(Reading reading)
{
    /// <summary>Carries out some nodes for a server or for a section of it.</summary>
    public void Run(IReadOnlyList<DirectiveNode> nodes, ServerScope server, Section? section)
    {
        foreach (var node in nodes)
        {
            try
            {
                Run(node, server, section);
            }
            catch (ConfigurationException e) when (!e.Placed)
            {
                throw ConfigurationException.At(node.File, node.Line, e.Message);
            }
        }
    }

    private void Run(DirectiveNode node, ServerScope server, Section? section)
    {
        bool isSection = node.Children is not null;
        var directive = isSection ? reading.Modules.Section(node.Name) : reading.Modules.Directive(node.Name);
        if (directive is null)
        {
            if (reading.Overrides is not { ForgivesUnknown: true }) throw Unknown(node);
            reading.Warnings.Add($"AH02296: {node.Name} on line {node.Line} of {node.File} is skipped: there is no such directive");
            return;
        }
        var here = section is not null ? Contexts.Directory : server.IsVirtual ? Contexts.VirtualHost : Contexts.Server;
        if (!reading.Admits(directive, here, node.Parent, node.File, node.Line)) return;
        string text = node.Text;
        if (isSection)
        {
            text = DirectiveNode.SectionArgument(directive.Name, text);
            if (text.Length == 0 && directive.Arguments != Arguments.None)
                throw new ConfigurationException($"<{directive.Name}> directive requires additional arguments");
        }
        directive.Apply(new DirectiveCall
        {
            Directive = directive,
            Args = Arity.Check(directive, text),
            Raw = text,
            File = node.File,
            Line = node.Line,
            Server = server,
            Section = section,
            Node = node,
            Reading = reading,
        });
    }

    private ConfigurationException Unknown(DirectiveNode node)
    {
        bool isSection = node.Children is not null;
        var provider = reading.Modules.Registry.Provider(node.Name, isSection);
        string hint = provider is null ? "" : $" (it belongs to {provider.Identifier})";
        return new ConfigurationException(
            $"Invalid command '{(isSection ? "<" : "")}{node.Name}', perhaps misspelled, or its module is not loaded{hint}");
    }
}
