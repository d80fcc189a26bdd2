using Manifold.Contracts;
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
    private const int Room = 16; // for the first request: its connection, its file, and what the runtime loads for it, which it does not try again

    public static string Words(Exception e)
    {
        if (e is OsException or RefusedException or InvalidDataException) return e.Message;
        if (AreDescriptorsGone()) return TooFewDescriptors;
        return FailureWords.Of(e);
    }

    /// <summary>Throws when a child that has what it needs has no room for a connection: it would close each one without a word.</summary>
    public static void CheckRoom()
    {
        if (FileDescriptor.Limit - FileDescriptor.LowestFree < Room) throw new RefusedException(TooFewDescriptors);
    }

    private static string TooFewDescriptors => $"a child needs more than the {FileDescriptor.Limit} descriptors that it may have open (ulimit -n)";

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
