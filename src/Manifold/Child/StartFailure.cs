using Manifold.Hosting;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Child;

/// <summary>
/// Why a child cannot start, for its master and for the administrator. What the runtime says when descriptors or tasks have run out names a
/// file that is not missing, or memory of which there is enough. Pure but for a look at the limits.
/// </summary>
internal static class StartFailure
{
    private const int Spare = 4; // what fails needs a few at a time

    public static string Words(Exception e)
    {
        if (e is OsException or RefusedException or InvalidDataException) return e.Message;
        if (AreDescriptorsGone())
            return $"a child needs more than the {FileDescriptor.Limit} descriptors that it may have open (ulimit -n)";
        return FailureWords.Of(e);
    }

    private static bool AreDescriptorsGone()
    {
        try
        {
            return FileDescriptor.CountOpen > FileDescriptor.Limit - Spare;
        }
        catch (TypeInitializationException)
        {
            return true; // not even one to count them
        }
    }
}
