using System.Net;
using Manifold.Httpd.Expressions;

namespace Manifold.Httpd.Requests;

// What expressions ask of it.
public sealed partial class Request : IExpressionSubject
{
    IPAddress IExpressionSubject.ClientAddress => Connection.Remote.Address;

    bool IExpressionSubject.IsOpen(string target) => LookUp.IsOpen(this, target);

    bool IExpressionSubject.IsOpenFile(string name) => LookUp.IsOpenFile(this, name);
}
