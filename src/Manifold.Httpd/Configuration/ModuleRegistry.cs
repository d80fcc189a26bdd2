using Manifold.Httpd.Modules;
using Manifold.Httpd.Modules.Authz;
using Manifold.Httpd.Modules.Core;
using Manifold.Httpd.Modules.Headers;
using Manifold.Httpd.Modules.LogConfig;
using Manifold.Httpd.Modules.Ssl;
using Manifold.Httpd.Modules.Status;
using Manifold.Mpms;

namespace Manifold.Httpd.Configuration;

/// <summary>All modules built into the server. A new module, or a new MPM, is one line here.</summary>
public sealed class ModuleRegistry
{
    /// <summary>A registry of the given modules; the order is that of the static ones in listings.</summary>
    public ModuleRegistry(params IReadOnlyList<Module> modules)
    {
        Modules = modules;
        DefaultMpm = (MpmModule)(Find(BuiltIn.Mpm) ?? throw new ArgumentException($"{BuiltIn.Mpm} is missing", nameof(modules)));
    }

    /// <summary>The modules of the product.</summary>
    public static ModuleRegistry Create() => new(
    [
        new CoreModule(),
        new So(),
        new HttpCore(),
        new Modules.Version(),
        new Unixd(),
        new Macro(),
        new RequestTimeout(),
        new LogConfigModule(),
        new LogIoModule(),
        new MimeModule(),
        new AuthzHostModule(),
        new AuthzCoreModule(),
        new StatusModule(),
        new DirModule(),
        new AliasModule(),
        new EnvModule(),
        new SetEnvIfModule(),
        new HeadersModule(),
        new ExpiresModule(),
        new SslModule(),
        .. IdleModule.All,
        .. Mpm.All.Values.Select(mpm => new MpmModule(mpm)),
    ]);

    /// <summary>Every module, loaded or not.</summary>
    public IReadOnlyList<Module> Modules { get; }

    /// <summary>The MPM of a configuration that names none.</summary>
    public MpmModule DefaultMpm { get; }

    /// <summary>The module that LoadModule calls <paramref name="identifier"/>.</summary>
    public Module? Find(string identifier)
    {
        foreach (var module in Modules)
            if (module.Identifier == identifier) return module;
        return null;
    }

    /// <summary>A module, loaded or not, that brings the directive or section; null when none does.</summary>
    public Module? Provider(string name, bool section)
    {
        foreach (var module in Modules)
        {
            foreach (var directive in module.Directives)
                if (directive.IsSection == section && directive.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return module;
        }
        return null;
    }
}
