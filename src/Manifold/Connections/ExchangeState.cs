using System.Runtime.CompilerServices;

namespace Manifold.Connections;

/// <summary>
/// A place for one kind of state in each exchange. Made once by what keeps the state, at its start, and held in a static field: it is never given back.
/// </summary>
/// <typeparam name="T">The state.</typeparam>
public sealed class ExchangeSlot<T> where T : class
{
    /// <summary>Throws <see cref="InvalidOperationException"/> when the process has <see cref="ExchangeState.MostSlots"/> already. Any thread.</summary>
    public ExchangeSlot() => Index = ExchangeState.NextIndex();

    internal int Index { get; }
}

/// <summary>
/// What modules keep of one exchange: a value for each <see cref="ExchangeSlot{T}"/>, empty at first. An exchange for which nobody keeps anything
/// allocates nothing. Used by one thread at a time, the one that runs the request.
/// </summary>
public sealed class ExchangeState
{
    /// <summary>How many slots there can be in a process: more is a module that makes one for each request.</summary>
    public const int MostSlots = 256;

    private static int s_slots;

    private object?[] _values = [];
    private bool _isUsed;

    /// <summary>The value in a slot; null when there is none.</summary>
    public T? Get<T>(ExchangeSlot<T> slot) where T : class
    {
        ArgumentNullException.ThrowIfNull(slot);
        return slot.Index < _values.Length ? Unsafe.As<T>(_values[slot.Index]) : null; // only Set writes there, and takes no other type
    }

    /// <summary>Puts a value into a slot; null empties it.</summary>
    public void Set<T>(ExchangeSlot<T> slot, T? value) where T : class
    {
        ArgumentNullException.ThrowIfNull(slot);
        if (slot.Index >= _values.Length)
        {
            if (value is null) return;
            Array.Resize(ref _values, Volatile.Read(ref s_slots));
        }
        _values[slot.Index] = value;
        _isUsed = true;
    }

    /// <summary>The value in a slot, made when there is none.</summary>
    public T Of<T>(ExchangeSlot<T> slot) where T : class, new()
    {
        var value = Get(slot);
        if (value is null) Set(slot, value = new T());
        return value;
    }

    /// <summary>Every slot is empty again.</summary>
    internal void Clear()
    {
        if (!_isUsed) return;
        _isUsed = false;
        Array.Clear(_values);
    }

    internal static int NextIndex()
    {
        int index = Interlocked.Increment(ref s_slots) - 1;
        if (index < MostSlots) return index;
        Interlocked.Decrement(ref s_slots);
        throw new InvalidOperationException($"There are {MostSlots} slots for the state of exchanges already. A slot is made once, not for each exchange.");
    }
}
