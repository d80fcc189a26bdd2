using System.Net;

namespace Manifold.Httpd.Expressions;

/// <summary>What an expression is about, a request, as far as operators ask for it. What variables and functions read off it is their own business.</summary>
public interface IExpressionSubject
{
    /// <summary>The client's address.</summary>
    IPAddress ClientAddress { get; }

    /// <summary>Whether a URL path would not be refused. Blocks on the file system only.</summary>
    /// <param name="target">The path, from the root or from that of the subject, with its query.</param>
    bool IsOpen(string target);

    /// <summary>Whether there is a file that a client would be given. Blocks on the file system only.</summary>
    /// <param name="name">The file's name, from the root or beside that of the subject.</param>
    bool IsOpenFile(string name);
}
