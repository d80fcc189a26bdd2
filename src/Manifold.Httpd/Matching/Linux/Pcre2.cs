using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Manifold.Httpd.Matching;

/// <summary>
/// The calls of libpcre2-8 that are used. A native build may link the library in (its name here has no suffix for that reason); otherwise the
/// system's is opened at the first call. Every function may be called by any thread.
/// </summary>
internal static unsafe partial class Pcre2
{
    public const uint DupNames = 0x40, Utf = 0x80000, MatchInvalidUtf = 0x4000000, Anchored = 0x80000000, NoJit = 0x2000;
    public const int NoMatch = -1, JitStackLimit = -46, MatchLimit = -47, DepthLimit = -53, HeapLimit = -63;
    public const uint AllOptions = 0, CaptureCount = 4, NameCount = 17, NameEntrySize = 18, NameTable = 19;
    public const uint JitComplete = 1;
    private const string Library = "libpcre2-8";

    static Pcre2() => NativeLibrary.SetDllImportResolver(typeof(Pcre2).Assembly, Open);

    /// <summary>What a code of the library's means, in its words.</summary>
    public static string Message(int code)
    {
        byte* text = stackalloc byte[256];
        int length = ErrorMessage(code, text, 256);
        return length > 0 ? Encoding.Latin1.GetString(text, length) : $"error {code}";
    }

    /// <summary>The library's version and its date.</summary>
    public static string? Version()
    {
        const uint version = 11;
        byte* text = stackalloc byte[64];
        int length = Config(version, text);
        return length > 1 ? Encoding.Latin1.GetString(text, length - 1) : null;
    }

    private static nint Open(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        const string file = "libpcre2-8.so.0";
        return NativeLibrary.TryLoad(file, assembly, path, out nint library) ? library
            : throw new DllNotFoundException($"the library {file} is missing (Debian package libpcre2-8-0)");
    }

    [LibraryImport(Library, EntryPoint = "pcre2_compile_8")]
    public static partial CodeHandle Compile(byte* pattern, nuint length, uint options, out int error, out nuint offset, nint context);

    [LibraryImport(Library, EntryPoint = "pcre2_pattern_info_8")]
    public static partial int Info(nint code, uint what, void* value);

    [LibraryImport(Library, EntryPoint = "pcre2_jit_compile_8")]
    public static partial int JitCompile(nint code, uint options);

    [LibraryImport(Library, EntryPoint = "pcre2_match_8")]
    public static partial int Match(nint code, byte* subject, nuint length, nuint start, uint options, nint data, nint context);

    [LibraryImport(Library, EntryPoint = "pcre2_match_data_create_8")]
    public static partial MatchDataHandle CreateMatchData(uint pairs, nint context);

    [LibraryImport(Library, EntryPoint = "pcre2_match_context_create_8")]
    public static partial MatchContextHandle CreateMatchContext(nint context);

    [LibraryImport(Library, EntryPoint = "pcre2_get_ovector_pointer_8"), SuppressGCTransition]
    public static partial nuint* Offsets(nint data);

    [LibraryImport(Library, EntryPoint = "pcre2_set_match_limit_8"), SuppressGCTransition]
    public static partial int SetMatchLimit(nint context, uint limit);

    [LibraryImport(Library, EntryPoint = "pcre2_set_heap_limit_8")]
    public static partial int SetHeapLimit(nint context, uint kibibytes);

    [LibraryImport(Library, EntryPoint = "pcre2_code_free_8")]
    public static partial void FreeCode(nint code);

    [LibraryImport(Library, EntryPoint = "pcre2_match_data_free_8")]
    public static partial void FreeMatchData(nint data);

    [LibraryImport(Library, EntryPoint = "pcre2_match_context_free_8")]
    public static partial void FreeMatchContext(nint context);

    [LibraryImport(Library, EntryPoint = "pcre2_get_error_message_8")]
    private static partial int ErrorMessage(int code, byte* text, nuint size);

    [LibraryImport(Library, EntryPoint = "pcre2_config_8")]
    private static partial int Config(uint what, void* value);
}

/// <summary>A compiled pattern.</summary>
internal sealed class CodeHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Pcre2.FreeCode(handle);
        return true;
    }
}

/// <summary>Where a match writes its offsets.</summary>
internal sealed class MatchDataHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Pcre2.FreeMatchData(handle);
        return true;
    }
}

/// <summary>The limits of a match.</summary>
internal sealed class MatchContextHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        Pcre2.FreeMatchContext(handle);
        return true;
    }
}
