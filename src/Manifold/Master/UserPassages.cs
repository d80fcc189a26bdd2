using Manifold.Contracts;
using Manifold.Os;
using Manifold.Shared;

namespace Manifold.Master;

/// <summary>
/// The sockets on which connections travel between the children of a generation that run as different users: one for each account, whose
/// processes all receive from it, while all others send to it. What waits in one survives the processes. Master thread.
/// </summary>
internal sealed class UserPassages : IDisposable
{
    private readonly (FileDescriptor Receiver, FileDescriptor Sender)[] _ends;
    private readonly int[] _users;

    /// <summary>Opens them; throws <see cref="RefusedException"/> when that makes no sense.</summary>
    /// <param name="options">The accounts.</param>
    /// <param name="places">Number of children.</param>
    public UserPassages(ManifoldOptions options, int places)
    {
        if (!Privileges.IsRoot) throw new RefusedException("ChildPerUserID: only a server that is started as root can run children as different users");
        _users = [.. options.Users.SelectMany((share, i) => Enumerable.Repeat(i + 1, share.Processes)).Take(places)];
        Array.Resize(ref _users, places); // the rest is for the main account
        _ends = new (FileDescriptor, FileDescriptor)[options.Users.Count + 1];
        try
        {
            for (int user = 0; user < _ends.Length; user++) _ends[user] = PassageSocket.Create();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The account of a seat's child.</summary>
    public int UserOf(int seat) => _users[seat % _users.Length];

    /// <summary>What the child of a seat inherits.</summary>
    public InheritedUser Inherited(int seat)
    {
        int own = UserOf(seat);
        return new InheritedUser(own, _ends[own].Receiver.Number,
            [.. _ends.Select((end, user) => user == own || end.Sender.IsClosed ? -1 : end.Sender.Number)]);
    }

    /// <summary>The generation leaves: once its children have closed their ends too, nothing more can come.</summary>
    public void CloseSenders()
    {
        foreach (var end in _ends) end.Sender.Dispose();
    }

    /// <summary>True when connections wait, or may still be sent, for the account of a seat.</summary>
    public bool MayBringSomething(int seat) => !PassageSocket.HasEnded(_ends[UserOf(seat)].Receiver);

    public void Dispose()
    {
        foreach (var (receiver, sender) in _ends)
        {
            receiver?.Dispose(); // null behind one that could not be opened
            sender?.Dispose();
        }
    }
}
