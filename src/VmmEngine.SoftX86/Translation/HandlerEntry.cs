using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace VmmEngine.SoftX86;

/// <summary>
/// Where a handler's code really begins. The address that the language gives is, on the JIT, that of a stub whose jump leads there: one more jump and one
/// more entry of the branch predictor for each micro-op.
/// </summary>
/// <remarks>
/// Only of methods that are compiled once and for good (<see cref="Handlers.Hot"/>): the stub of any other may lead somewhere better later.
/// </remarks>
internal static unsafe class HandlerEntry
{
    // FixupPrecode of CoreCLR on x64:
    //     FF 25 d32      jmp  [rip + d32]      the method's code, once there is some; until then the next instruction
    //     4C 8B 15 d32   mov  r10, [rip + d32]
    //     FF 25 d32      jmp  [rip + d32]      the compiler
    private const ushort JumpIndirect = 0x25FF;
    private const uint LoadMethodMask = 0x00FFFFFF;
    private const uint LoadMethod = 0x00158B4C;
    private const int Jump = 6;
    private const int Load = 7;

    // Two constants to the compiler: nothing is initialized here while a guest runs.
    private static bool HasStubs => RuntimeFeature.IsDynamicCodeCompiled && X86Base.X64.IsSupported;

    /// <summary>The handler's code, if it has been compiled and its stub is one that is known; otherwise what it was given.</summary>
    public static delegate*<Cpu*, MicroOp*, void> Of(delegate*<Cpu*, MicroOp*, void> handler)
    {
        // SAFETY: a method's code is readable, and all of it is longer than the few bytes of a stub: it ends in a jump or a return of its own, and the
        // runtime allocates both in pages.
        byte* code = (byte*)handler;
        if (!HasStubs || !IsStub(code))
        {
            return handler;
        }

        byte* target = *(byte**)(code + Jump + Unsafe.ReadUnaligned<int>(code + sizeof(ushort)));
        return target == code + Jump ? handler : (delegate*<Cpu*, MicroOp*, void>)target;
    }

    private static bool IsStub(byte* code) =>
        Unsafe.ReadUnaligned<ushort>(code) == JumpIndirect
        && (Unsafe.ReadUnaligned<uint>(code + Jump) & LoadMethodMask) == LoadMethod
        && Unsafe.ReadUnaligned<ushort>(code + Jump + Load) == JumpIndirect;
}
