using Manifold.Httpd.Language;

namespace Manifold.Httpd.Modules;

/// <summary>
/// A module of httpd that other modules there work with and that nothing here needs: it loads, so that existing files can be read, and says that it does
/// nothing.
/// </summary>
internal sealed class IdleModule(string name, string reason, params IReadOnlyList<string> directives) : Module
{
    private const string OwnSessions = "each child remembers its own TLS sessions";

    /// <summary>The caches for sessions that mod_ssl has in httpd, and the clock of modules that are not there.</summary>
    public static Module[] All =>
    [
        new IdleModule("watchdog", "no module here has it call something from time to time"),
        new IdleModule("socache_shmcb", OwnSessions),
        new IdleModule("socache_dbm", OwnSessions),
        new IdleModule("socache_memcache", OwnSessions, "MemcacheConnTTL"),
        new IdleModule("socache_redis", OwnSessions, "RedisConnPoolTTL", "RedisTimeout"),
    ];

    /// <inheritdoc/>
    public override string Identifier => name + "_module";

    /// <inheritdoc/>
    public override string Source => $"mod_{name}.c";

    /// <inheritdoc/>
    public override string? WithoutEffect => reason;

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
        [.. directives.Select(directive => NoEffect.Of(directive, Arguments.One, Contexts.SV, "num[units]", reason))];
}
