namespace Manifold.Httpd.Expressions;

/// <summary>A module that brings variables and functions into expressions, wherever it is loaded. Asked while the configuration is read; a reader runs on the thread of its request.</summary>
internal interface IExpressionWords
{
    /// <summary>The reader of a variable, by its name in any case; null when this module does not have it.</summary>
    VariableReader? Variable(string name);

    /// <summary>The function of a name in any case; null when this module does not have it.</summary>
    TextFunction? Function(string name) => null;
}
