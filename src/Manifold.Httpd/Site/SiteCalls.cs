using Manifold.Httpd.Language;

namespace Manifold.Httpd.Site;

/// <summary>What the setter of a directive can say and ask of the site that is being configured.</summary>
public static class SiteCalls
{
    extension(DirectiveCall call)
    {
        /// <summary>The server that is being configured: the main server or the virtual host around the directive.</summary>
        public ServerScope Server => Of(call).Server;

        /// <summary>The innermost section around the directive; null outside.</summary>
        public Section? Section => Of(call).Section;

        /// <summary>The methods that the Limit section around the directive names; null outside.</summary>
        public MethodLimit? Limit => Of(call).Limit;

        /// <summary>Server-wide settings to write to.</summary>
        public T ServerSettings<T>() where T : class, ISettings<T>, new() => Of(call).Server.Settings.Edit<T>();

        /// <summary>Per-directory settings to write to: those of the section around the directive, or the server's defaults.</summary>
        public T DirectorySettings<T>() where T : class, ISettings<T>, new() => (Of(call).Section?.Settings ?? Of(call).Server.Defaults).Edit<T>();

        /// <summary>Carries out what this section encloses, whose directives write to <paramref name="section"/>.</summary>
        public void RunEnclosed(Section section) => call.RunEnclosed(new SiteScope(Of(call).Server, section, Of(call).Limit));

        /// <summary>Carries out what this section encloses, for another server.</summary>
        public void RunEnclosed(ServerScope server) => call.RunEnclosed(new SiteScope(server));

        /// <summary>Carries out what this section encloses, for some methods only.</summary>
        public void RunEnclosed(MethodLimit limit) => call.RunEnclosed(new SiteScope(Of(call).Server, Of(call).Section, limit));

        /// <summary>The reading under way; null only in tests of single setters.</summary>
        internal SiteReading? Site => (SiteReading?)call.Reading;
    }

    private static SiteScope Of(DirectiveCall call) => (SiteScope)call.Scope;
}

/// <summary>What the site knows of the loaded modules.</summary>
public static class SiteModules
{
    extension(ModuleSet modules)
    {
        /// <summary>The multiprocessing module.</summary>
        public MpmModule Mpm => (MpmModule)modules.Chosen;
    }
}
