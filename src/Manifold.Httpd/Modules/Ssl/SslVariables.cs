using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Requests;
using Microsoft.AspNetCore.Connections.Features;

namespace Manifold.Httpd.Modules.Ssl;

/// <summary>
/// The SSL_ variables of expressions, header values and logs. There is none on a plain connection. Runs on the worker thread; blocks nowhere.
/// </summary>
internal static class SslVariables
{
    /// <summary>The reader of a variable of expressions; null when it is none of these.</summary>
    public static VariableReader? Find(string name) =>
        name.StartsWith("SSL_", StringComparison.OrdinalIgnoreCase) ? (ref Evaluation e) => Value(e.Request, name) : null;

    /// <summary>The value of a variable; null when the request has none.</summary>
    public static string? Value(Request request, string name)
    {
        if (name.Equals("HTTPS", StringComparison.OrdinalIgnoreCase)) return request.Connection.Tls is null ? "off" : "on";
        if (request.Connection.Tls is null || request.Features.Get<ITlsHandshakeFeature>() is not { } session) return null;
        string key = name.ToUpperInvariant();
        if (!key.StartsWith("SSL_", StringComparison.Ordinal)) return null;
        key = key[4..];
        if (key.StartsWith("SERVER_", StringComparison.Ordinal))
            return request.Connection.Tls.ServerCertificateContext?.TargetCertificate is { } own ? OfCertificate(request, own, key[7..]) : null;
        return key switch
        {
            "PROTOCOL" => Protocol(session.Protocol),
            "CIPHER" => Cipher(session),
            "CIPHER_USEKEYSIZE" or "CIPHER_ALGKEYSIZE" => Cipher(session)?.Contains("128", StringComparison.Ordinal) == true ? "128" : "256",
            "CIPHER_EXPORT" => "false",
            "TLS_SNI" => session.HostName is { Length: > 0 } host ? host : null,
            "CLIENT_VERIFY" => "NONE",
            "COMPRESS_METHOD" => "NULL",
            // What .NET does not tell is said only where it cannot be otherwise.
            "SECURE_RENEG" => session.Protocol == SslProtocols.Tls13 ? "true" : null,
            "SESSION_RESUMED" => request.Connection.Tls.AllowTlsResume ? null : "Initial",
            "VERSION_INTERFACE" => "mod_ssl",
            _ => null,
        };
    }

    /// <summary>What SSLOptions StdEnvVars makes variables of, beside the parts of names.</summary>
    private static readonly string[] s_standard =
    [
        "SSL_VERSION_INTERFACE", "SSL_PROTOCOL", "SSL_SECURE_RENEG", "SSL_COMPRESS_METHOD", "SSL_CIPHER", "SSL_CIPHER_EXPORT", "SSL_CIPHER_USEKEYSIZE", "SSL_CIPHER_ALGKEYSIZE", "SSL_CLIENT_VERIFY",
        "SSL_SERVER_M_VERSION", "SSL_SERVER_M_SERIAL", "SSL_SERVER_V_START", "SSL_SERVER_V_END", "SSL_SERVER_S_DN", "SSL_SERVER_I_DN", "SSL_SERVER_A_KEY", "SSL_SERVER_A_SIG", "SSL_SESSION_RESUMED",
    ];

    /// <summary>Sets the variables that an encrypted request has in its environment.</summary>
    public static void Export(Request request, SslOptions options)
    {
        Set("HTTPS", "on");
        Set("SSL_TLS_SNI", Value(request, "SSL_TLS_SNI"));
        if ((options & SslOptions.ExportCertData) != 0)
        {
            Set("SSL_SERVER_CERT", Value(request, "SSL_SERVER_CERT"));
            Set("SSL_CLIENT_CERT", "");
        }
        if ((options & SslOptions.StdEnvVars) == 0) return;
        foreach (string name in s_standard) Set(name, Value(request, name));
        if (request.Connection.Tls?.ServerCertificateContext?.TargetCertificate is not { } own) return;
        foreach (var (key, value) in CertificateNames.All(own.SubjectName)) Set("SSL_SERVER_S_DN_" + key, value);
        foreach (var (key, value) in CertificateNames.All(own.IssuerName)) Set("SSL_SERVER_I_DN_" + key, value);
        foreach (var (kind, prefix) in ((int, string)[])[(1, "SSL_SERVER_SAN_Email_"), (2, "SSL_SERVER_SAN_DNS_")])
        {
            var names = CertificateNames.Alternatives(own, kind);
            for (int i = 0; i < names.Count; i++) Set(prefix + i.ToString(CultureInfo.InvariantCulture), names[i]);
        }

        void Set(string name, string? value)
        {
            if (value is not null) request.Environment[name] = value;
        }
    }

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

    private static string? OfCertificate(Request request, X509Certificate2 certificate, string key) => key switch
    {
        "M_VERSION" => certificate.Version.ToString(CultureInfo.InvariantCulture),
        "M_SERIAL" => Serial(certificate.SerialNumber),
        "V_START" => Time(certificate.NotBefore),
        "V_END" => Time(certificate.NotAfter),
        "V_REMAIN" => Math.Max(0, (long)(certificate.NotAfter.ToUniversalTime() - request.Now).TotalDays).ToString(CultureInfo.InvariantCulture),
        "A_SIG" => Algorithm(certificate.SignatureAlgorithm.Value),
        "A_KEY" => Algorithm(certificate.PublicKey.Oid.Value),
        "S_DN" => CertificateNames.Whole(certificate.SubjectName),
        "I_DN" => CertificateNames.Whole(certificate.IssuerName),
        "CERT" => certificate.ExportCertificatePem() + "\n",
        _ when key.StartsWith("S_DN_", StringComparison.Ordinal) => CertificateNames.Part(certificate.SubjectName, key[5..]),
        _ when key.StartsWith("I_DN_", StringComparison.Ordinal) => CertificateNames.Part(certificate.IssuerName, key[5..]),
        _ when key.StartsWith("SAN_DNS_", StringComparison.Ordinal) => Numbered(CertificateNames.Alternatives(certificate, 2), key[8..]),
        _ when key.StartsWith("SAN_EMAIL_", StringComparison.Ordinal) => Numbered(CertificateNames.Alternatives(certificate, 1), key[10..]),
        _ => null,
    };

    private static string? Numbered(IReadOnlyList<string> names, string number) =>
        int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < names.Count ? names[index] : null;

    /// <summary>Without the byte that keeps a number positive.</summary>
    private static string Serial(string hex)
    {
        while (hex.Length > 2 && hex.StartsWith("00", StringComparison.Ordinal)) hex = hex[2..];
        return hex;
    }

    private static string? Algorithm(string? oid) => oid switch
    {
        "1.2.840.113549.1.1.1" => "rsaEncryption",
        "1.2.840.113549.1.1.5" => "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.10" => "rsassaPss",
        "1.2.840.113549.1.1.11" => "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12" => "sha384WithRSAEncryption",
        "1.2.840.113549.1.1.13" => "sha512WithRSAEncryption",
        "1.2.840.10045.2.1" => "id-ecPublicKey",
        "1.2.840.10045.4.3.2" => "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3" => "ecdsa-with-SHA384",
        "1.2.840.10045.4.3.4" => "ecdsa-with-SHA512",
        "1.3.101.112" => "ED25519",
        "1.3.101.113" => "ED448",
        _ => oid,
    };

    private static string Time(DateTime time) => time.ToUniversalTime().ToString("MMM ", CultureInfo.InvariantCulture) +
        time.ToUniversalTime().Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) + time.ToUniversalTime().ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture) + " GMT";
}
