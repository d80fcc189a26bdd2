using Manifold.Httpd.Language.Unknown;

namespace Manifold.Httpd.Language;

/// <summary>
/// Pass two: carries out the tree. Finds each line's directive, checks that it may stand where it stands and has the right number of
/// arguments, and calls its setter. An error does not keep it from the lines that follow.
/// </summary>
internal sealed class Executor(Reading reading)
{
    /// <summary>Carries out some nodes for a scope.</summary>
    public void Run(IReadOnlyList<DirectiveNode> nodes, Scope scope)
    {
        foreach (var node in nodes)
        {
            try
            {
                Run(node, scope);
            }
            catch (ConfigurationException e) when (!e.Placed)
            {
                reading.Note(ConfigurationException.At(node.File, node.Line, e.Message));
            }
            catch (ConfigurationException e) when (e.Line > 0)
            {
                reading.Note(e);
            }
        }
    }

    private void Run(DirectiveNode node, Scope scope)
    {
        bool isSection = node.Children is not null;
        var directive = isSection ? reading.Modules.Section(node.Name) : reading.Modules.Directive(node.Name);
        if (directive is null)
        {
            if (reading.Overrides is not { ForgivesUnknown: true }) throw new ConfigurationException(UnknownNames.Directive(reading.Modules, node.Name, isSection));
            reading.Warnings.Add($"AH02296: {node.Name} on line {node.Line} of {node.File} is skipped: there is no such directive");
            return;
        }
        if (!reading.Admits(directive, scope.Context, node.Parent, node.File, node.Line)) return;
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
            Scope = scope,
            Node = node,
            Reading = reading,
        });
    }
}
