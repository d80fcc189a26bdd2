using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;

namespace Manifold.Differential;

/// <summary>TLS, with the same certificate on both sides: variables wherever they can stand, self-made URLs, who must come encrypted, and what is refused.</summary>
public sealed class TlsTests
{
    private const string Tls = """
        LoadModule ssl_module modules/mod_ssl.so
        SSLEngine on
        SSLCertificateFile {D}/tls/cert.pem
        SSLCertificateKeyFile {D}/tls/key.pem

        """;

    private static readonly string[] s_variables =
    [
        "HTTPS", "SSL_PROTOCOL", "SSL_SESSION_RESUMED", "SSL_SECURE_RENEG", "SSL_CIPHER", "SSL_CIPHER_EXPORT", "SSL_CIPHER_USEKEYSIZE", "SSL_CIPHER_ALGKEYSIZE", "SSL_COMPRESS_METHOD", "SSL_TLS_SNI", "SSL_SRP_USER", "SSL_SRP_USERINFO", "SSL_NOPE", "SSL_", "ssl_protocol",
        "SSL_CLIENT_VERIFY", "SSL_CLIENT_M_VERSION", "SSL_CLIENT_M_SERIAL", "SSL_CLIENT_S_DN", "SSL_CLIENT_S_DN_CN", "SSL_CLIENT_I_DN", "SSL_CLIENT_V_START", "SSL_CLIENT_V_REMAIN", "SSL_CLIENT_A_SIG", "SSL_CLIENT_CERT", "SSL_CLIENT_CERT_CHAIN_0", "SSL_CLIENT_CERT_RFC4523_CEA", "SSL_CLIENT_SAN_DNS_0",
        "SSL_SERVER_M_VERSION", "SSL_SERVER_M_SERIAL", "SSL_SERVER_S_DN", "SSL_SERVER_I_DN", "SSL_SERVER_V_START", "SSL_SERVER_V_END", "SSL_SERVER_V_REMAIN", "SSL_SERVER_A_SIG", "SSL_SERVER_A_KEY", "SSL_SERVER_SAN_DNS_0", "SSL_SERVER_SAN_DNS_1", "SSL_SERVER_SAN_DNS_2", "SSL_SERVER_SAN_Email_0", "SSL_SERVER_SAN_OTHER_dnsSRV_0",
        .. ((string[])["CN", "C", "ST", "L", "O", "OU", "OU_0", "OU_1", "OU_2", "Email", "T", "I", "G", "S", "D", "UID", "DC", "CN_RAW", "SN", "NOPE"]).SelectMany(part => (string[])[$"SSL_SERVER_S_DN_{part}", $"SSL_SERVER_I_DN_{part}"]),
    ];

    [ApacheTheory]
    [InlineData("TLSv1.3")]
    [InlineData("TLSv1.2")]
    public Task Variables(string protocol)
    {
        var text = new StringBuilder(Tls).Append($"SSLProtocol {protocol}\nSSLSessionTickets off\n<Location /env>\nSSLOptions +StdEnvVars\n</Location>\n<Directory {{D}}/ht>\nAllowOverride Options FileInfo\n</Directory>\n<Location /cert>\nSSLOptions +StdEnvVars +ExportCertData\n</Location>\n");
        for (int i = 0; i < s_variables.Length; i++)
        {
            text.Append($"Header set S-{i} %{{{s_variables[i]}}}s\nHeader set E-{i} %{{{s_variables[i]}}}e\nHeader set F-{i} \"expr=%{{SSL:{s_variables[i]}}}\"\n");
            if (s_variables[i].Length > 4) text.Append($"Header set V-{i} \"expr=%{{{s_variables[i]}}}\"\n");
        }
        text.Append("Header set Session-Length \"expr=%{SSL_SESSION_ID}\"\nHeader set Cert-Text \"expr=%{sha1:%{SSL_SERVER_CERT}}\"\nHeader set Cert-Variable \"expr=%{sha1:%{reqenv:SSL_SERVER_CERT}}\"\nHeader set Scheme \"expr=%{REQUEST_SCHEME}\"\n" +
            "Header set Hsts max-age=1 env=HTTPS\nHeader always set Hsts-Always max-age=1 env=HTTPS\n");
        return With(text.ToString(), async pair =>
        {
            foreach (string place in (string[])["plain", "env", "ht", "cert"]) pair.Write(place + "/a.txt", "x");
            pair.Write("ht/.htaccess", "SSLOptions +StdEnvVars\n");
            foreach (string target in (string[])["/plain/a.txt", "/env/a.txt", "/ht/a.txt", "/cert/a.txt", "/plain", "/missing"])
            {
                var (httpd, ours) = await Ask(pair, $"GET {target} HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n", protocol);
                pair.Compare(target, "status", httpd.StatusLine, ours.StatusLine);
                for (int i = 0; i < s_variables.Length; i++)
                    foreach (string kind in (string[])["S", "E", "V", "F"])
                        pair.Compare($"{target}: {kind} {s_variables[i]}", "value", httpd.Field($"{kind}-{i}") ?? "none", ours.Field($"{kind}-{i}") ?? "none");
                pair.Compare(target, "session", $"{httpd.Field("Session-Length")?.Length}", $"{ours.Field("Session-Length")?.Length}");
                foreach (string field in (string[])["Cert-Text", "Cert-Variable", "Scheme", "Hsts", "Hsts-Always"]) pair.Compare(target, field, httpd.Field(field) ?? "none", ours.Field(field) ?? "none");
            }
        });
    }

    [ApacheFact]
    public Task Answers() => With(Tls + """
        ServerName one.example
        Redirect /r /x
        <Location /only>
            SSLRequireSSL
        </Location>
        <Location /rule>
            Require ssl
        </Location>
        <Location /notssl>
            <RequireAll>
                Require all granted
                Require not ssl
            </RequireAll>
        </Location>
        <Location /client>
            Require ssl-verify-client
        </Location>
        <Location /expr>
            Require expr "%{SSL_PROTOCOL} == 'TLSv1.3' && %{HTTPS} == 'on' && %{SSL_CIPHER_USEKEYSIZE} -ge 128"
        </Location>
        <Location /canonical>
            UseCanonicalName On
        </Location>
        """, async pair =>
    {
        foreach (string place in (string[])["only", "rule", "notssl", "client", "expr", "canonical", "d"]) pair.Write(place + "/a.txt", "x");
        foreach (string target in (string[])["/only/a.txt", "/rule/a.txt", "/notssl/a.txt", "/client/a.txt", "/expr/a.txt", "/canonical", "/d", "/r"])
            foreach (string host in (string[])["one.example", "one.example:443", "one.example:8443", "other.example"])
            {
                var (httpd, ours) = await Ask(pair, $"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", "TLSv1.3");
                pair.Compare($"{host} {target}", "status", httpd.StatusLine, ours.StatusLine);
                pair.Compare($"{host} {target}", "Location", pair.Httpd.Neutral(httpd.Field("Location") ?? ""), pair.Ours.Neutral(ours.Field("Location") ?? ""));
            }
    });

    [ApacheTheory]
    [InlineData("TLSv1.3")]
    [InlineData("TLSv1.2")]
    public Task Access_log(string protocol) => With(Tls + """
        SSLOptions +StdEnvVars
        SSLSessionTickets off
        CustomLog logs/tls.log "%>s %{version}c %{cipher}c %{subjectdn}c %{issuerdn}c %{errcode}c %{errstr}c %{clientcert}c %{foo}c %{}c %c %{HTTPS}e %{SSL_PROTOCOL}e %H %p"
        CustomLog logs/tls.log "%{REQUEST_METHOD}x %{REQUEST_SCHEME}x %{REQUEST_URI}x %{SERVER_NAME}x %{SERVER_PROTOCOL}x %{HTTP_HOST}x %{https}x %{}x %x"

        """ + string.Concat(s_variables.Select(name => $"CustomLog logs/tls.log \"{name} %{{{name}}}x %>{{{name}}}x\"\n")), async pair =>
    {
        foreach (string request in (string[])["GET / HTTP/1.1\r\nHost: one.example\r\n", "GET /none?q HTTP/1.1\r\nHost: two.example\r\n", "HEAD / HTTP/1.0\r\n", "GET / HTTP/1.1\r\n", "GET /%00 HTTP/1.1\r\nHost: one.example\r\n", "GET\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n"])
            await Ask(pair, request + "Connection: close\r\n\r\n", protocol);
        await pair.SameLog("tls.log");
    });

    /// <summary>Protocol says what a server speaks where SSLEngine does not.</summary>
    [ApacheTheory]
    [InlineData("Protocol https\n")]
    [InlineData("Protocol HTTPS\n")]
    [InlineData("<VirtualHost *:{port}>\nServerName one.example\nProtocol https\n</VirtualHost>\n")]
    [InlineData("Protocol https\n<VirtualHost *:{port}>\nServerName one.example\n</VirtualHost>\n")]
    [InlineData("Protocol https\n<VirtualHost *:{port}>\nServerName one.example\nProtocol http\nSSLEngine on\n</VirtualHost>\n")]
    public Task Protocol(string configuration) => With(Tls.Replace("SSLEngine on\n", "", StringComparison.Ordinal) + configuration + "Header set X-Is \"expr=%{HTTPS} %{SSL_PROTOCOL} %{REQUEST_SCHEME}\"\n", async pair =>
    {
        var (httpd, ours) = await Ask(pair, "GET / HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n", "TLSv1.3");
        pair.Compare(configuration, "status", httpd.StatusLine, ours.StatusLine);
        pair.Compare(configuration, "is", httpd.Field("X-Is") ?? "none", ours.Field("X-Is") ?? "none");
        pair.Compare(configuration, "is TLS", "on TLSv1.3 https", ours.Field("X-Is") ?? "none");
    });

    [ApacheTheory]
    [InlineData("Protocol http\n")]
    [InlineData("Protocol ftp\n")]
    [InlineData("SSLEngine off\nProtocol https\n")]
    [InlineData("<VirtualHost *:{port}>\nServerName one.example\nProtocol http\n</VirtualHost>\nProtocol https\n")]
    public Task Protocol_plain(string configuration) => With(Tls.Replace("SSLEngine on\n", "", StringComparison.Ordinal) + configuration + "Header set X-Is \"expr=%{HTTPS} %{REQUEST_SCHEME}\"\n", async pair =>
    {
        pair.Write("d/index.html", "x");
        await pair.Same("/", host: "one.example");
        await pair.Same("/d", host: "one.example");
    });

    /// <summary>Without encryption: rules that ask for it refuse, variables have no value.</summary>
    [ApacheFact]
    public Task Plain() => Pair.With("""
        LoadModule ssl_module modules/mod_ssl.so
        <Location /only>
            SSLRequireSSL
        </Location>
        <Location /rule>
            Require ssl
        </Location>
        <Location /client>
            Require ssl-verify-client
        </Location>
        <Location /not>
            <RequireAll>
                Require all granted
                Require not ssl
            </RequireAll>
        </Location>
        <Location /expr>
            SSLOptions +StdEnvVars
            Header set X "%{SSL_PROTOCOL}s|%{HTTPS}s|%{HTTPS}e|%{SSL_PROTOCOL}e"
            Header set Y "expr=%{SSL_PROTOCOL}|%{HTTPS}|%{SSL:HTTPS}|%{REQUEST_SCHEME}"
            Header set Z z env=HTTPS
        </Location>
        """, async pair =>
    {
        foreach (string place in (string[])["only", "rule", "client", "not", "expr"])
        {
            pair.Write(place + "/a.txt", "x");
            await pair.Same($"/{place}/a.txt");
        }
        pair.SameErrorNumbers();
    });

    [ApacheFact]
    public Task Syntax() => Pair.SameSyntax([.. ((string[])[
        "SSLProtocol all", "SSLProtocol All -TLSv1", "SSLProtocol TLSv1.2 TLSv1.3", "SSLProtocol +TLSv1.3", "SSLProtocol -all +TLSv1.2", "SSLProtocol -all", "SSLProtocol SSLv2", "SSLProtocol all -SSLv2", "SSLProtocol +SSLv2", "SSLProtocol tlsv1.2", "SSLProtocol TLSv1.4", "SSLProtocol", "SSLProtocol all -TLSv1.2 -TLSv1.3",
        "SSLCipherSuite HIGH:!aNULL", "SSLCipherSuite TLSv1.3 TLS_AES_256_GCM_SHA384", "SSLCipherSuite SSL HIGH", "SSLCipherSuite TLSv1.2 HIGH", "SSLCipherSuite", "SSLCipherSuite a b c",
        "SSLOptions +StdEnvVars", "SSLOptions StdEnvVars ExportCertData", "SSLOptions -StdEnvVars", "SSLOptions +Nope", "SSLOptions +FakeBasicAuth", "SSLOptions +StrictRequire +OptRenegotiate +LegacyDNStringFormat", "SSLOptions +CompatEnvVars", "SSLOptions stdenvvars", "SSLOptions",
        "<Directory {D}>\nSSLOptions +StdEnvVars\n</Directory>", "<Directory {D}>\nSSLRequireSSL\n</Directory>", "<Directory {D}>\nSSLRequireSSL On\n</Directory>", "SSLRequireSSL", "<Directory {D}>\nRequire ssl\n</Directory>", "<Directory {D}>\nRequire ssl x\n</Directory>", "<Directory {D}>\nRequire ssl-verify-client\n</Directory>", "<Directory {D}>\nRequire ssl-verify-client x\n</Directory>",
        "<Directory {D}>\nRequire SSL\n</Directory>", "SSLEngine maybe", "SSLEngine optional", "SSLEngine addr:443", "SSLEngine on off", "SSLCertificateFile {D}/nowhere.pem", "SSLSessionTickets maybe", "SSLSessionCache none", "SSLSessionCache nonenotnull", "SSLSessionCacheTimeout 300", "SSLStrictSNIVHostCheck off", "SSLHonorCipherOrder on",
        "SSLVerifyClient optional", "SSLVerifyDepth 3", "SSLUserName SSL_CLIENT_S_DN_CN"]).Select(line => $"LoadModule ssl_module modules/mod_ssl.so\n{line}\n")]);

    private static Task With(string configuration, Func<Pair, Task> test) => Pair.With(configuration, pair =>
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(new X500DistinguishedName("CN=one.example, OU=Second, OU=First, O=\"Organisation, with a comma\", L=Town, S=State, C=DE, E=someone@one.example"), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("one.example");
        names.AddDnsName("two.example");
        names.AddEmailAddress("someone@one.example");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30).AddHours(5));
        pair.Write("tls/cert.pem", certificate.ExportCertificatePem() + "\n");
        pair.Write("tls/key.pem", key.ExportPkcs8PrivateKeyPem() + "\n");
    }, test);

    private static async Task<(Answer Httpd, Answer Ours)> Ask(Pair pair, string request, string protocol)
    {
        var answers = await Task.WhenAll(One(pair.Httpd.Port), One(pair.Ours.Port));
        return (answers[0], answers[1]);

        async Task<Answer> One(int port)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", port);
            await using var stream = new SslStream(new NetworkStream(socket));
#pragma warning disable CA5359, CA5398 // the certificate is the test's own, and the version is what is tested
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "one.example",
                AllowTlsResume = false,
                EnabledSslProtocols = protocol == "TLSv1.3" ? SslProtocols.Tls13 : SslProtocols.Tls12,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            });
#pragma warning restore CA5359, CA5398
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
            using var received = new MemoryStream();
            await stream.CopyToAsync(received).WaitAsync(TimeSpan.FromSeconds(30));
            return Answer.Parse(received.ToArray(), head: false) is [.., var last] ? last : new Answer(0, "no answer", [], "");
        }
    }
}
