using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Manifold.Httpd.Matching;

/// <summary>
/// A regular expression, compiled by PCRE2. Text is bytes: a char of the pattern and of a subject stands for one byte. Shared by all threads;
/// immutable but for the machine code, which the first match makes (a master compiles patterns and never matches). Blocks nowhere; a match
/// takes bounded time and ends in a <see cref="MatchAbandonedException"/> when that is not enough.
/// </summary>
public sealed unsafe class Pattern
{
    private const int OnStack = 512;
    private readonly CodeHandle _code;
    private readonly int _pairs;
    private readonly bool _anchored, _utf;
    private readonly Lock _preparing = new();
    private volatile bool _isPrepared;

    private Pattern(string text, CodeHandle code)
    {
        Text = text;
        _code = code;
        _pairs = (int)Number(Pcre2.CaptureCount) + 1;
        _anchored = (Number(Pcre2.AllOptions) & Pcre2.Anchored) != 0;
        _utf = (Number(Pcre2.AllOptions) & Pcre2.Utf) != 0;
        Names = ReadNames();
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>True when there are groups within the pattern, named or not.</summary>
    public bool HasGroups => _pairs > 1;

    /// <summary>The named groups with their numbers; a name can stand for several groups.</summary>
    public IReadOnlyList<(string Name, int Number)> Names { get; }

    /// <summary>The library that reads the patterns, for people.</summary>
    public static string Library => Missing() ?? "PCRE " + Pcre2.Version();

    /// <summary>What is wrong with the library that reads the patterns; null when it is there.</summary>
    public static string? Missing()
    {
        try
        {
            return Pcre2.Version() is null ? "PCRE2 does not answer" : null;
        }
        catch (DllNotFoundException e)
        {
            return e.Message;
        }
    }

    /// <summary>Compiles; null and a complaint when that is not possible.</summary>
    public static Pattern? Compile(string text, PatternOptions options, out string? error)
    {
        uint flags = (uint)options | Pcre2.DupNames;
        var code = Compile(text, flags, out error);
        if (code is null) return null;
        var pattern = new Pattern(text, code);
        // A pattern that asks for UTF-8 meets subjects that are none: where they are broken, nothing matches.
        if (!pattern._utf) return pattern;
        code.Dispose();
        code = Compile(text, flags | Pcre2.MatchInvalidUtf, out error);
        return code is null ? null : new Pattern(text, code);
    }

    /// <summary>Whether the pattern matches somewhere in the subject.</summary>
    public bool IsMatch(ReadOnlySpan<char> subject) => Find(subject, 0, wantsGroups: false, out _);

    /// <summary>The first match that begins at or behind <paramref name="start"/>; null when there is none.</summary>
    public Match? Match(string subject, int start = 0) => Find(subject, start, wantsGroups: true, out int[]? offsets) ? new Match(subject, offsets!) : null;

    /// <summary>The pattern as written.</summary>
    public override string ToString() => Text;

    [SkipLocalsInit]
    private bool Find(ReadOnlySpan<char> subject, int start, bool wantsGroups, out int[]? offsets)
    {
        if (!_isPrepared) Prepare();
        byte[]? rented = null;
        Span<byte> bytes = subject.Length <= OnStack ? stackalloc byte[OnStack] : rented = ArrayPool<byte>.Shared.Rent(subject.Length);
        Encoding.Latin1.GetBytes(subject, bytes);
        try
        {
            fixed (byte* at = bytes) return Find(at, subject.Length, start, wantsGroups, out offsets);
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private bool Find(byte* subject, int length, int start, bool wantsGroups, out int[]? offsets)
    {
        var space = MatchSpace.Own(_pairs);
        nint code = _code.DangerousGetHandle();
        int found = space.Match(code, subject, length, start, 0, FewSteps(length));
        if (found >= Pcre2.NoMatch)
        {
            offsets = found > 0 && wantsGroups ? Copy(space.Offsets, found) : null;
        }
        else
        {
            using var large = LongMatch.Space(_pairs);
            found = LongMatch.Run(large, code, subject, length, start, _anchored, _utf);
            offsets = found > 0 && wantsGroups ? Copy(large.Offsets, found) : null;
        }
        GC.KeepAlive(this); // owns the code
        return found > 0 || (found == Pcre2.NoMatch ? false : throw new MatchAbandonedException(Text, Pcre2.Message(found)));
    }

    /// <summary>Enough for what is usual, at each place where a match may begin, and together a millisecond.</summary>
    private uint FewSteps(int length) => _anchored ? 10_000 : Math.Max(100, 200_000 / ((uint)length + 1));

    private static int[] Copy(nuint* offsets, int pairs)
    {
        int[] copy = new int[2 * pairs];
        for (int i = 0; i < copy.Length; i++) copy[i] = (int)(nint)offsets[i]; // unset: -1
        return copy;
    }

    private void Prepare()
    {
        lock (_preparing)
        {
            // Where the system forbids machine code that a program makes, the library interprets.
            if (!_isPrepared) _ = Pcre2.JitCompile(_code.DangerousGetHandle(), Pcre2.JitComplete);
            _isPrepared = true;
        }
    }

    private static CodeHandle? Compile(string text, uint flags, out string? error)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        fixed (byte* at = bytes)
        {
            byte none = 0;
            var code = Pcre2.Compile(at is null ? &none : at, (nuint)bytes.Length, flags, out int number, out nuint offset, 0);
            error = code.IsInvalid ? $"{Pcre2.Message(number)} (at character {offset})" : null;
            return code.IsInvalid ? null : code;
        }
    }

    private uint Number(uint what)
    {
        uint value = 0;
        _ = Pcre2.Info(_code.DangerousGetHandle(), what, &value);
        return value;
    }

    private (string, int)[] ReadNames()
    {
        var names = new (string, int)[Number(Pcre2.NameCount)];
        if (names.Length == 0) return [];
        byte* entry;
        _ = Pcre2.Info(_code.DangerousGetHandle(), Pcre2.NameTable, &entry);
        int size = (int)Number(Pcre2.NameEntrySize);
        for (int i = 0; i < names.Length; i++, entry += size)
            names[i] = (new string((sbyte*)(entry + 2)), entry[0] << 8 | entry[1]);
        return names;
    }
}
