namespace Manifold.Httpd.Language;

/// <summary>Whether a directive may stand where it stands, and httpd's words when it may not.</summary>
internal static class Place
{
    /// <summary>
    /// What surrounds a line whose innermost section is <paramref name="parent"/>. At read time only the names are known.
    /// </summary>
    public static Contexts Of(DirectiveNode? parent)
    {
        if (parent is null) return Contexts.Server;
        return parent.Name.Equals("VirtualHost", StringComparison.OrdinalIgnoreCase) ? Contexts.VirtualHost : Contexts.Directory;
    }

    /// <summary>Complains, without file and line, when <paramref name="directive"/> may not stand in <paramref name="here"/>.</summary>
    public static void Check(Directive directive, Contexts here, DirectiveNode? parent)
    {
        if ((directive.Contexts & here) != 0) return;
        string name = directive.IsSection ? $"<{directive.Name}>" : directive.Name;
        if (here == Contexts.VirtualHost && (directive.Contexts & Contexts.Server) != 0)
            throw new ConfigurationException($"{name} cannot occur within <VirtualHost> section");
        if (here == Contexts.Server && (directive.Contexts & Contexts.VirtualHost) != 0)
            throw new ConfigurationException($"{name} only used in <VirtualHost>");
        throw new ConfigurationException(parent is null
            ? $"{directive.Shown} not allowed here"
            : $"{directive.Shown} not allowed in <{parent.Name}> context");
    }

    /// <summary>The names of the groups in <paramref name="contexts"/>, in httpd's order.</summary>
    public static IEnumerable<string> GroupNames(Contexts contexts)
    {
        foreach (var group in (Contexts[])[Contexts.AuthConfig, Contexts.Limit, Contexts.Options, Contexts.FileInfo, Contexts.Indexes])
            if ((contexts & group) != 0) yield return group.ToString();
    }
}
