namespace Manifold.Httpd.Site;

/// <summary>What one module remembers for a server or a section. A later, more specific value wins in <see cref="Merge"/>.</summary>
public interface ISettings<TSelf> where TSelf : class, ISettings<TSelf>
{
    /// <summary>
    /// Combines this (the outer, earlier scope) with <paramref name="over"/> (the inner, later scope). Neither operand changes.
    /// </summary>
    TSelf Merge(TSelf over);
}

/// <summary>
/// The settings of every module for one scope: a server (main or virtual host), its per-directory defaults, or one section.
/// Filled while the configuration is read, by one thread; read-only and shared by all threads afterwards.
/// </summary>
public sealed class SettingsBag
{
    private readonly Dictionary<Type, Entry> _entries = [];

    /// <summary>The settings of type <typeparamref name="T"/>, or a shared empty value when no directive has set any.</summary>
    public T Get<T>() where T : class, ISettings<T>, new() =>
        _entries.TryGetValue(typeof(T), out var entry) ? ((Entry<T>)entry).Value : Empty<T>.Value;

    /// <summary>
    /// The settings of type <typeparamref name="T"/> to write to, created on first use. Only while the configuration is read.
    /// </summary>
    public T Edit<T>() where T : class, ISettings<T>, new()
    {
        if (!_entries.TryGetValue(typeof(T), out var entry)) _entries[typeof(T)] = entry = new Entry<T>(new T());
        return ((Entry<T>)entry).Value;
    }

    /// <summary>A new bag: everything of this one, overlaid by <paramref name="over"/>.</summary>
    public SettingsBag Merge(SettingsBag over)
    {
        var merged = new SettingsBag();
        foreach (var (type, entry) in _entries)
            merged._entries[type] = over._entries.TryGetValue(type, out var inner) ? entry.Merge(inner) : entry;
        foreach (var (type, entry) in over._entries)
            merged._entries.TryAdd(type, entry);
        return merged;
    }

    private abstract class Entry
    {
        public abstract Entry Merge(Entry over);
    }

    private sealed class Entry<T>(T value) : Entry where T : class, ISettings<T>, new()
    {
        public T Value => value;

        public override Entry Merge(Entry over) => new Entry<T>(value.Merge(((Entry<T>)over).Value));
    }

    private static class Empty<T> where T : new()
    {
        public static readonly T Value = new();
    }
}
