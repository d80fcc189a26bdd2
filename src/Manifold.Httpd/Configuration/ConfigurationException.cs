namespace Manifold.Httpd.Configuration;

/// <summary>A configuration that cannot be used; the message is complete, with file and line, in httpd's shape.</summary>
public sealed class ConfigurationException(string message) : Exception(message);
