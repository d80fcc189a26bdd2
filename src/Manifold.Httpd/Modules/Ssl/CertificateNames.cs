using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Manifold.Httpd.Language;

namespace Manifold.Httpd.Modules.Ssl;

/// <summary>The names in a certificate as OpenSSL shows them, by the names that mod_ssl has for their parts. Texts are bytes. Pure.</summary>
internal static class CertificateNames
{
    /// <summary>mod_ssl's name of a part, OpenSSL's, and its number.</summary>
    private static readonly (string Key, string Shown, string Oid)[] s_parts =
    [
        ("CN", "CN", "2.5.4.3"), ("C", "C", "2.5.4.6"), ("L", "L", "2.5.4.7"), ("ST", "ST", "2.5.4.8"), ("O", "O", "2.5.4.10"), ("OU", "OU", "2.5.4.11"), ("T", "title", "2.5.4.12"),
        ("D", "description", "2.5.4.13"), ("I", "initials", "2.5.4.43"), ("G", "GN", "2.5.4.42"), ("S", "SN", "2.5.4.4"), ("UID", "UID", "0.9.2342.19200300.100.1.1"),
        ("DC", "DC", "0.9.2342.19200300.100.1.25"), ("EMAIL", "emailAddress", "1.2.840.113549.1.9.1"),
    ];

    /// <summary>RFC 2253: the last part first, no blanks, characters with a meaning behind a backslash.</summary>
    public static string Whole(X500DistinguishedName name) => string.Join(',', Parts(name).Reverse().Select(part =>
        $"{Array.Find(s_parts, known => known.Oid == part.Oid).Shown ?? part.Oid}={Escaped(part.Value)}"));

    /// <summary>A part by its name, which may end in _n for the nth of the kind; null when there is none.</summary>
    public static string? Part(X500DistinguishedName name, string key)
    {
        if (key.EndsWith("_RAW", StringComparison.Ordinal)) key = key[..^4];
        int index = 0, line = key.LastIndexOf('_');
        if (line > 0 && int.TryParse(key[(line + 1)..], out index)) key = key[..line];
        string? oid = Array.Find(s_parts, known => known.Key == key).Oid;
        return oid is null || index < 0 ? null : Parts(name).Where(part => part.Oid == oid).ElementAtOrDefault(index).Value;
    }

    /// <summary>All parts that a name has, as variables: OU, OU_1, OU_2.</summary>
    public static IEnumerable<(string Key, string Value)> All(X500DistinguishedName name)
    {
        foreach (var (key, _, oid) in s_parts)
        {
            int index = 0;
            foreach (var (_, value) in Parts(name).Where(part => part.Oid == oid))
            {
                yield return ((key == "EMAIL" ? "Email" : key) + (index == 0 ? "" : $"_{index}"), value);
                index++;
            }
        }
    }

    /// <summary>The alternative names of a kind: 1 = mail addresses, 2 = hosts.</summary>
    public static IReadOnlyList<string> Alternatives(X509Certificate2 certificate, int kind)
    {
        var found = new List<string>();
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value != "2.5.29.17") continue;
            try
            {
                var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (names.HasData)
                {
                    var tag = names.PeekTag();
                    if (tag.TagClass == TagClass.ContextSpecific && tag.TagValue == kind) found.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
                    else names.ReadEncodedValue();
                }
            }
            catch (AsnContentException)
            {
                // What cannot be read names nobody.
            }
        }
        return found;
    }

    private static IEnumerable<(string Oid, string Value)> Parts(X500DistinguishedName name) => name.EnumerateRelativeDistinguishedNames(reversed: false)
        .Where(part => !part.HasMultipleElements).Select(part => (part.GetSingleElementType().Value ?? "", ByteText.FromText(part.GetSingleElementValue() ?? "")));

    private static string Escaped(string value)
    {
        var escaped = new StringBuilder();
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] is ',' or '+' or '"' or '\\' or '<' or '>' or ';' || (value[i] == '#' && i == 0) || (value[i] == ' ' && (i == 0 || i == value.Length - 1))) escaped.Append('\\');
            escaped.Append(value[i]);
        }
        return escaped.ToString();
    }
}
