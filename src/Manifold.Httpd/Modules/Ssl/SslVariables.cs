using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Manifold.Httpd.Requests;
using Microsoft.AspNetCore.Connections.Features;

namespace Manifold.Httpd.Modules.Ssl;

/// <summary>
/// The SSL_ variables of expressions, header values and logs. There is none on a plain connection. Runs on the worker thread; blocks nowhere.
/// </summary>
internal static class SslVariables
{
    /// <summary>The value of a variable; null when the request has none.</summary>
    public static string? Value(Request request, string name)
    {
        if (request.Connection.Tls is null || request.Features.Get<ITlsHandshakeFeature>() is not { } session) return null;
        string key = name.ToUpperInvariant();
        if (key is "HTTPS") return "on";
        if (!key.StartsWith("SSL_", StringComparison.Ordinal)) return null;
        key = key[4..];
        if (key.StartsWith("SERVER_", StringComparison.Ordinal))
            return request.Connection.Tls.ServerCertificateContext?.TargetCertificate is { } own ? OfCertificate(own, key[7..]) : null;
        return key switch
        {
            "PROTOCOL" => Protocol(session.Protocol),
            "CIPHER" => Cipher(session),
            "CIPHER_USEKEYSIZE" or "CIPHER_ALGKEYSIZE" => Cipher(session)?.Contains("128", StringComparison.Ordinal) == true ? "128" : "256",
            "CIPHER_EXPORT" => "false",
            "TLS_SNI" => session.HostName is { Length: > 0 } host ? host : null,
            "CLIENT_VERIFY" => "NONE",
            "COMPRESS_METHOD" => "NULL",
            "SECURE_RENEG" => "true",
            "SESSION_RESUMED" => "Initial",
            "VERSION_INTERFACE" => BuiltInName,
            "VERSION_LIBRARY" => "OpenSSL",
            _ => null,
        };
    }

    private const string BuiltInName = "mod_ssl";

#pragma warning disable CA5397, CS0618, SYSLIB0039 // told, not chosen
    private static string? Protocol(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "TLSv1.3",
        SslProtocols.Tls12 => "TLSv1.2",
        SslProtocols.Tls11 => "TLSv1.1",
        SslProtocols.Tls => "TLSv1",
        _ => null,
    };
#pragma warning restore CA5397, CS0618, SYSLIB0039

    /// <summary>OpenSSL's name of the cipher, which configurations and log readers know.</summary>
    private static string? Cipher(ITlsHandshakeFeature session)
    {
        if (session.NegotiatedCipherSuite is not { } suite) return null;
        string name = suite.ToString();
        if (session.Protocol == SslProtocols.Tls13) return name;
        int with = name.IndexOf("_WITH_", StringComparison.Ordinal);
        if (with < 4) return name;
        string exchange = name[4..with].Replace('_', '-');
        string rest = name[(with + 6)..].Replace("_CBC", "", StringComparison.Ordinal).Replace("AES_", "AES", StringComparison.Ordinal)
            .Replace("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305", StringComparison.Ordinal).Replace('_', '-');
        return exchange == "RSA" ? rest : $"{exchange}-{rest}";
    }

    private static string? OfCertificate(X509Certificate2 certificate, string key) => key switch
    {
        "M_VERSION" => certificate.Version.ToString(CultureInfo.InvariantCulture),
        "M_SERIAL" => certificate.SerialNumber,
        "V_START" => Time(certificate.NotBefore),
        "V_END" => Time(certificate.NotAfter),
        "S_DN" => Name(certificate.SubjectName),
        "I_DN" => Name(certificate.IssuerName),
        "CERT" => certificate.ExportCertificatePem(),
        _ when key.StartsWith("S_DN_", StringComparison.Ordinal) => Part(certificate.SubjectName, key[5..]),
        _ when key.StartsWith("I_DN_", StringComparison.Ordinal) => Part(certificate.IssuerName, key[5..]),
        _ => null,
    };

    private static string Time(DateTime time) => time.ToUniversalTime().ToString("MMM ", CultureInfo.InvariantCulture) +
        time.ToUniversalTime().Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) + time.ToUniversalTime().ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture) + " GMT";

    /// <summary>RFC 2253: the last part first, no blanks.</summary>
    private static string Name(X500DistinguishedName name) =>
        string.Join(',', name.EnumerateRelativeDistinguishedNames().Where(part => !part.HasMultipleElements).Select(part => $"{Short(part.GetSingleElementType().Value)}={part.GetSingleElementValue()}"));

    private static string? Part(X500DistinguishedName name, string key) =>
        name.EnumerateRelativeDistinguishedNames(reversed: false).FirstOrDefault(part => !part.HasMultipleElements && Short(part.GetSingleElementType().Value) == (key == "Email" ? "emailAddress" : key))?.GetSingleElementValue();

    private static string? Short(string? oid) => oid switch
    {
        "2.5.4.3" => "CN",
        "2.5.4.6" => "C",
        "2.5.4.7" => "L",
        "2.5.4.8" => "ST",
        "2.5.4.10" => "O",
        "2.5.4.11" => "OU",
        "1.2.840.113549.1.9.1" => "emailAddress",
        _ => oid,
    };
}
