namespace Manifold.Contracts;

/// <summary>A configuration, a command or a start that was refused; the message is complete and meant for the user.</summary>
public class RefusedException(string message) : Exception(message);
