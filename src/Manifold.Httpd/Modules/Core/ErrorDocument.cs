using Manifold.Httpd.Configuration;
using Manifold.Httpd.Expressions;
using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Modules.Core;

/// <summary>What an answer of some status has in place of the server's own page. What kind it is, is seen from its text as it stands in the configuration. Immutable.</summary>
internal sealed record ErrorDocument(ErrorDocument.Kinds Kind, TextExpression Text)
{
    /// <summary>What the text is.</summary>
    public enum Kinds
    {
        /// <summary>What the client is shown.</summary>
        Text,
        /// <summary>A path on this server.</summary>
        Local,
        /// <summary>An address that clients are sent to.</summary>
        Remote,
    }

    public static Directive Directive { get; } = new("ErrorDocument", Arguments.Two, Contexts.SVDFileInfo, "error-code document",
        "What is sent instead of a built-in page: a path, a URL or a text, with variables of the expression language in it.", Set);

    private static void Set(DirectiveCall call)
    {
        int status = Numbers.Leading(call.Args[0]);
        if (!ReasonPhrase.Knows(status)) throw call.Fail($"Unsupported HTTP response code {call.Args[0]}");
        string text = call.Args[1];
        var kind = text.Contains(' ', StringComparison.Ordinal) ? Kinds.Text : text.StartsWith('/') ? Kinds.Local : IsUrl(text) ? Kinds.Remote : Kinds.Text;
        if (status == 401 && kind == Kinds.Remote)
        {
            NoEffect.Warn(call, "a client must see status 401 itself, not a redirect");
            return;
        }
        call.DirectorySettings<CoreDirectory>().ErrorDocuments[status] =
            text.Equals("default", StringComparison.OrdinalIgnoreCase) ? null : new ErrorDocument(kind, TextExpression.Parse(call, text));
    }

    private static bool IsUrl(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        return scheme > 0 && text.AsSpan(0, scheme).ToString().All(char.IsAsciiLetter);
    }
}
