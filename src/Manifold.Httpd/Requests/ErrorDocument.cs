using Manifold.Httpd.Expressions;

namespace Manifold.Httpd.Requests;

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
}
