using System.Text;
using Manifold.Hosting;
using Manifold.Httpd.Language;
using Manifold.Httpd.Matching;
using Manifold.Httpd.Modules.Ssl;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Control;

/// <summary>
/// What the program prints instead of running a server: -h --help -v --version -V -l -L -t -S -M and the DUMP_ names. The layouts are httpd's, because
/// tools read them.
/// </summary>
internal static class Dumps
{
    /// <summary>Prints what needs no configuration. Returns the exit status, or null when something is left to do.</summary>
    public static int? Run(CommandLine options, ModuleRegistry registry, TextWriter stdout, TextWriter stderr)
    {
        if (options.Usage)
        {
            UsageText.Write(options, stderr);
            return 1;
        }
        if (options.Help)
        {
            UsageText.Write(options, stdout);
            return 0;
        }
        if (options.Version)
        {
            WriteVersion(stdout);
            return 0;
        }
        if (options.BuiltInModules)
        {
            stdout.WriteLine("Compiled in modules:");
            foreach (var module in registry.Modules)
                if (module.AlwaysLoaded) stdout.WriteLine($"  {module.Source}");
            return 0;
        }
        if (options.Defined("DUMP_REFERENCE"))
        {
            stdout.Write(ReferencePage.Write(registry));
            return 0;
        }
        if (options.Defined("DUMP_MPM_PAGE")) return RenewPage(options, registry, stdout, stderr);
        return null;
    }

    /// <summary>
    /// A page of docs/mpm comes in and goes out with what the tables make of it: that of the MPM named by a further -D, or without one the index.
    /// </summary>
    private static int RenewPage(CommandLine options, ModuleRegistry registry, TextWriter stdout, TextWriter stderr)
    {
        var mpm = registry.Modules.OfType<MpmModule>().FirstOrDefault(module => options.Defined(module.Name));
        string page = new StreamReader(Console.OpenStandardInput(), Encoding.Latin1).ReadToEnd();
        try
        {
            stdout.Write(mpm is null ? MpmPage.RenewIndex(page, registry) : MpmPage.Renew(page, registry, mpm));
            return 0;
        }
        catch (FormatException e)
        {
            stderr.WriteLine($"{options.Inputs.Program}: {e.Message}");
            return 1;
        }
    }

    /// <summary>Prints what the configuration says. Returns the exit status, or null when a server was asked for.</summary>
    public static int? Run(CommandLine options, ServerConfiguration configuration, TextWriter stdout, TextWriter stderr)
    {
        if (options.Settings)
        {
            WriteSettings(configuration.Modules.Mpm, stdout);
            return 0;
        }
        if (options.DirectiveList)
        {
            WriteDirectives(configuration.Modules.Loaded, stdout);
            return 0;
        }
        if (options.Test && !options.SkipPathChecks && PathChecks.Problem(configuration) is { } problem)
        {
            stderr.WriteLine(problem);
            return 1;
        }
        if (options.Test)
        {
            SslHosts.Check(configuration); // throws when a certificate or key cannot be used
            ServerRunner.Check(configuration.ToOptions());
        }
        if (!options.Test && !options.Dumps) return null;
        if (options.Defined("DUMP_VHOSTS")) HostDump.Write(configuration, stdout);
        if (options.Defined("DUMP_RUN_CFG")) RunDump.Write(configuration, stdout);
        if (options.Defined("DUMP_MODULES")) WriteModules(configuration.Modules, stdout);
        if (options.Defined("DUMP_INCLUDES")) WriteIncludes(configuration, stdout);
        bool config = options.Defined("DUMP_CONFIG");
        if (config) ConfigDump.Write(configuration.Tree, stdout);
        if (options.Test && !options.Dumps)
            foreach (string remark in configuration.Remarks) stderr.WriteLine(remark);
        if (config || !options.Dumps) stderr.WriteLine("Syntax OK");
        return 0;
    }

    /// <summary>-V when the configuration cannot be read: all that is known without.</summary>
    public static void WriteSettings(TextWriter stdout) => WriteSettings(null, stdout);

    /// <summary>
    /// Tools that look for "Apache/" and a version, to know which directives they may write, find the httpd whose files this server takes; and find it once.
    /// </summary>
    private static void WriteVersion(TextWriter stdout)
    {
        stdout.WriteLine($"Server version: {BuiltIn.ServerVersion}");
        stdout.WriteLine($"Server built:   {BuiltIn.Built}");
        stdout.WriteLine($"Modelled on:    Apache/{BuiltIn.HttpdVersion} (configuration, command line, logs)");
    }

    private static string Count(bool isFixed) => isFixed ? "fixed" : "variable";

    private static void WriteSettings(MpmModule? mpm, TextWriter stdout)
    {
        string runtime = $".NET {Environment.Version}, Kestrel, {Pattern.Library}";
        WriteVersion(stdout);
        stdout.WriteLine("Server's Module Magic Number: 20120211:142");
        stdout.WriteLine($"Server loaded:  {runtime}");
        stdout.WriteLine($"Compiled using: .NET {Environment.Version}");
        stdout.WriteLine($"Architecture:   {IntPtr.Size * 8}-bit");
        stdout.WriteLine($"Server MPM:     {mpm?.Name}");
        if (mpm is not null)
        {
            string threads = !mpm.Mpm.IsThreaded ? "no" : $"yes ({Count(mpm.Mpm.HasFixedThreads)} thread count)";
            stdout.WriteLine($"  threaded:     {threads}");
            stdout.WriteLine($"    forked:     yes ({Count(mpm.Mpm.HasFixedProcesses)} process count)");
        }
        stdout.WriteLine("Server compiled with....");
        stdout.WriteLine(" -D APR_HAS_SENDFILE");
        stdout.WriteLine(" -D APR_HAVE_IPV6 (IPv4-mapped addresses enabled)");
        stdout.WriteLine(" -D APR_HAS_OTHER_CHILD");
        stdout.WriteLine(" -D AP_HAVE_RELIABLE_PIPED_LOGS");
        stdout.WriteLine($" -D HTTPD_ROOT=\"{BuiltIn.ServerRoot}\"");
        stdout.WriteLine($" -D DEFAULT_PIDLOG=\"{BuiltIn.RuntimeDirectory}/{BuiltIn.PidFile}\"");
        stdout.WriteLine($" -D DEFAULT_ERRORLOG=\"{BuiltIn.ErrorLog}\"");
        stdout.WriteLine(" -D AP_TYPES_CONFIG_FILE=\"conf/mime.types\"");
        stdout.WriteLine($" -D SERVER_CONFIG_FILE=\"{BuiltIn.ConfigurationFile}\"");
    }

    private static void WriteModules(ModuleSet modules, TextWriter stdout)
    {
        stdout.WriteLine("Loaded Modules:");
        foreach (var module in modules.Loaded)
            stdout.WriteLine($" {module.Identifier} ({(modules.IsStatic(module) ? "static" : "shared")})");
    }

    private static void WriteDirectives(IEnumerable<Module> modules, TextWriter stdout)
    {
        foreach (var module in modules)
        {
            foreach (var directive in module.Directives)
            {
                stdout.WriteLine($"{directive.Shown} ({module.Source})");
                stdout.WriteLine($"\t{directive.Help}");
                stdout.WriteLine($"\tAllowed in {Allowed(directive.Contexts)}");
                if ((directive.Contexts & Contexts.Htaccess) != 0) stdout.WriteLine($"\twhen AllowOverride {Groups(directive.Contexts)}");
            }
        }
    }

    private static string Allowed(Contexts contexts)
    {
        string files = (contexts & Contexts.Directory) == 0 ? "*.conf only outside <Directory>, <Files>, <Location>, or <If>"
            : (contexts & Contexts.SV) == 0 ? "*.conf only inside <Directory>, <Files>, <Location>, or <If>" : "*.conf anywhere";
        return (contexts & Contexts.Htaccess) != 0 ? files + " and in .htaccess" : files;
    }

    private static string Groups(Contexts contexts) => (contexts & Contexts.Htaccess) == Contexts.Htaccess
        ? "isn't None" : "includes " + string.Join(" or ", Place.GroupNames(contexts));

    private static void WriteIncludes(ServerConfiguration configuration, TextWriter stdout)
    {
        stdout.WriteLine("Included configuration files:");
        stdout.WriteLine($"  (*) {configuration.Includes.Path}");
        WriteIncludes(configuration.Includes.Included, "    ", stdout);
    }

    private static void WriteIncludes(List<IncludedFile> files, string indent, TextWriter stdout)
    {
        foreach (var file in files)
        {
            stdout.WriteLine($"{indent}({file.Line}) {file.Path}");
            WriteIncludes(file.Included, indent + "  ", stdout);
        }
    }
}
