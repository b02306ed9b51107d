using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>
/// The 16-byte compare-exchange, which .NET does not offer: on x86-64 hosts a few bytes of machine code around LOCK CMPXCHG16B. Elsewhere it is made
/// of two accesses, and vCPUs must not run at the same time.
/// </summary>
internal static unsafe partial class WideAtomics
{
    private static readonly delegate* unmanaged[SuppressGCTransition]<ulong*, ulong*, ulong, ulong, byte> Thunk = TryMakeThunk();

    /// <summary>Whether the exchange is atomic: only then may vCPUs of one VM run on several threads.</summary>
    public static bool IsSupported => Thunk != null;

    /// <summary>Puts a new value at a place if it holds the expected one.</summary>
    /// <param name="target">16 bytes, aligned to 16.</param>
    /// <param name="expected">The expected value, low half first; receives the value found if that is another.</param>
    /// <param name="low">New low half.</param>
    /// <param name="high">New high half.</param>
    /// <returns>Whether the new value is there.</returns>
    public static bool CompareExchange(ulong* target, ulong* expected, ulong low, ulong high)
    {
        if (Thunk != null)
        {
            return Thunk(target, expected, low, high) != 0;
        }

        if (target[0] == expected[0] && target[1] == expected[1])
        {
            target[0] = low;
            target[1] = high;
            return true;
        }

        expected[0] = target[0];
        expected[1] = target[1];
        return false;
    }

    // System V: target rdi, expected rsi, low rdx, high rcx. Written while the page is writable, executed when it no longer is.
    private static ReadOnlySpan<byte> Code =>
    [
        0x53,                         // push rbx
        0x49, 0x89, 0xF0,             // mov r8, rsi
        0x48, 0x89, 0xD3,             // mov rbx, rdx
        0x49, 0x8B, 0x00,             // mov rax, [r8]
        0x49, 0x8B, 0x50, 0x08,       // mov rdx, [r8 + 8]
        0xF0, 0x48, 0x0F, 0xC7, 0x0F, // lock cmpxchg16b [rdi]
        0x49, 0x89, 0x00,             // mov [r8], rax
        0x49, 0x89, 0x50, 0x08,       // mov [r8 + 8], rdx
        0x0F, 0x94, 0xC0,             // sete al
        0x5B,                         // pop rbx
        0xC3,                         // ret
    ];

    private static delegate* unmanaged[SuppressGCTransition]<ulong*, ulong*, ulong, ulong, byte> TryMakeThunk()
    {
        const int readWrite = 3, readExecute = 5, anonymousPrivate = 0x22;
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64 || !OperatingSystem.IsLinux())
        {
            return null;
        }

        byte* page = (byte*)MapMemory(null, Tlb.PageSize, readWrite, anonymousPrivate, -1, 0);
        if ((nint)page == -1)
        {
            return null;
        }

        Code.CopyTo(new Span<byte>(page, Code.Length));
        return ProtectMemory(page, Tlb.PageSize, readExecute) == 0
            ? (delegate* unmanaged[SuppressGCTransition]<ulong*, ulong*, ulong, ulong, byte>)page
            : null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* MapMemory(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int ProtectMemory(void* address, nuint length, int protection);
}
