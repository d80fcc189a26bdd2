using Manifold.Httpd.Expressions;
using Manifold.Httpd.Language;
using Manifold.Httpd.Requests;

namespace Manifold.Httpd.Modules.Core;

/// <summary>The directives that are always there. Their tables lie in files by topic.</summary>
internal sealed class CoreModule : Module, IExpressionWords
{
    /// <inheritdoc/>
    public override string Identifier => "core_module";

    /// <inheritdoc/>
    public override string Source => "core.c";

    /// <inheritdoc/>
    public override bool AlwaysLoaded => true;

    /// <inheritdoc/>
    public override bool IsBuiltIn => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Directive> Table() =>
    [
        .. ReadTimeDirectives.Table,
        .. ConditionDirectives.Table,
        .. SectionDirectives.Table,
        .. ServerDirectives.Table,
        .. ConnectionDirectives.Table,
        .. LimitDirectives.Table,
        .. LogDirectives.Table,
        .. ListenDirectives.Table,
        .. ProcessDirectives.Table,
        .. RequestDirectives.Table,
        .. ProtocolDirectives.Table,
        .. FilterDirectives.OfCore,
        .. OverrideDirectives.Table,
        .. LimitSections.Table,
        .. PatternDirectives.Table,
        .. IdleDirectives.Table,
    ];

    VariableReader? IExpressionWords.Variable(string name) => Variables.Find(name);

    TextFunction? IExpressionWords.Function(string name) => RequestFunctions.Find(name);
}

/// <summary>httpd's second static half of the core: here for IfModule and listings only.</summary>
internal sealed class HttpCore : Module
{
    /// <inheritdoc/>
    public override string Identifier => "http_module";

    /// <inheritdoc/>
    public override string Source => "http_core.c";

    /// <inheritdoc/>
    public override bool AlwaysLoaded => true;

    /// <inheritdoc/>
    public override bool IsBuiltIn => true;
}
