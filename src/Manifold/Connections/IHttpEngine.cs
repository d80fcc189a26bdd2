using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Manifold.Connections;

/// <summary>What runs HTTP on a connection.</summary>
internal interface IHttpEngine
{
    /// <summary>What the engine expects to find in every connection's features. The same for all; does not change.</summary>
    IFeatureCollection Features { get; }

    /// <summary>Runs HTTP on the calling thread until it first waits; the task ends with the connection's last request.</summary>
    Task Run(ConnectionContext connection);
}
