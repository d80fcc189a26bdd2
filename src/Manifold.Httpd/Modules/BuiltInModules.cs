using Manifold.Httpd.Language;
using Manifold.Httpd.Modules.Authz;
using Manifold.Httpd.Modules.Core;
using Manifold.Httpd.Modules.Headers;
using Manifold.Httpd.Modules.LogConfig;
using Manifold.Httpd.Modules.Ssl;
using Manifold.Httpd.Modules.Status;
using Manifold.Httpd.Site;
using Manifold.Mpms;

namespace Manifold.Httpd.Modules;

/// <summary>All modules built into the server. A new module is one line here.</summary>
public static class BuiltInModules
{
    /// <summary>The modules of the product.</summary>
    public static ModuleRegistry Create() => new(
    [
        new CoreModule(),
        new So(),
        new HttpCore(),
        new Version(),
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
}
