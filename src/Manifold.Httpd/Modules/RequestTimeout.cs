using System.Globalization;
using Manifold.Contracts;
using Manifold.Httpd.Language;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules;

/// <summary>Limits for slow clients. They hold by default; the directive changes them.</summary>
internal sealed class RequestTimeout : Module
{
    /// <inheritdoc/>
    public override string Identifier => "reqtimeout_module";

    /// <inheritdoc/>
    public override string Source => "mod_reqtimeout.c";

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        new("RequestReadTimeout", Arguments.AtLeastOne, Contexts.SV, "[stage=t[-max][,MinRate=r]] ...",
            "header=20-40,MinRate=500 body=20,MinRate=500: seconds, their maximum, bytes that earn another second; 0 = unlimited", Apply)
            { Default = "header=20-40,MinRate=500 body=20,MinRate=500" },
    ];

    private static void Apply(DirectiveCall call)
    {
        var settings = call.ServerSettings<RequestTimeoutSettings>();
        if (call.Server.IsVirtual) NoEffect.Warn(call, "the limits are those of the main server, for all virtual hosts");
        foreach (string word in call.Args)
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw call.Fail($"Invalid RequestReadTimeout parameter {word}: not stage=seconds");
            var limit = Parse(call, word, word[(equals + 1)..]);
            switch (word[..equals].ToLowerInvariant())
            {
                case "header": settings.Head = limit; break;
                case "body": settings.Body = limit; break;
                case "handshake" when limit.Initial == TimeSpan.Zero: break;
                case "handshake": NoEffect.Warn(call, "a TLS handshake is given the time of a header"); break;
                default: throw call.Fail($"Unknown RequestReadTimeout parameter: {word}");
            }
        }
    }

    private static ReadTimeout Parse(DirectiveCall call, string word, string text)
    {
        string[] parts = text.Split(',');
        string[] range = parts[0].Split('-');
        int rate = 0;
        if (parts.Length > 2 || range.Length > 2) throw call.Fail($"Invalid RequestReadTimeout parameter {word}");
        if (parts.Length == 2)
        {
            const string MinRate = "MinRate=";
            if (!parts[1].StartsWith(MinRate, StringComparison.OrdinalIgnoreCase)
                || (rate = Seconds(call, word, parts[1][MinRate.Length..])) == 0)
                throw call.Fail($"Invalid RequestReadTimeout parameter {word}: MinRate must be a number above 0");
        }
        int initial = Seconds(call, word, range[0]), maximum = range.Length == 2 ? Seconds(call, word, range[1]) : 0;
        if (range.Length == 2 && (rate == 0 || maximum <= initial))
            throw call.Fail($"Invalid RequestReadTimeout parameter {word}: a maximum must be above the time and needs a MinRate");
        return new ReadTimeout(TimeSpan.FromSeconds(initial), TimeSpan.FromSeconds(maximum), rate);
    }

    private static int Seconds(DirectiveCall call, string word, string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
            : throw call.Fail($"Invalid RequestReadTimeout parameter {word}: '{digits}' is not a number");
}
