using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;
using Manifold.Httpd.Site;

namespace Manifold.Httpd.Modules.Core;

/// <summary>Core's directive for what is sent in place of the server's own pages.</summary>
internal static class ErrorDocumentDirective
{
    public static Directive Directive { get; } = new("ErrorDocument", Arguments.Two, Contexts.SVDFileInfo, "error-code document",
        "What is sent instead of a built-in page: a path, a URL or a text, with variables of the expression language in it.", Set);

    private static void Set(DirectiveCall call)
    {
        int status = Numbers.Leading(call.Args[0]);
        if (!ReasonPhrase.Knows(status)) throw call.Fail($"Unsupported HTTP response code {call.Args[0]}");
        string text = call.Args[1];
        var kind = text.Contains(' ', StringComparison.Ordinal) ? ErrorDocument.Kinds.Text : text.StartsWith('/') ? ErrorDocument.Kinds.Local : IsUrl(text) ? ErrorDocument.Kinds.Remote : ErrorDocument.Kinds.Text;
        if (status == 401 && kind == ErrorDocument.Kinds.Remote)
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
