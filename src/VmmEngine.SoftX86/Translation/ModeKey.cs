using System.Runtime.CompilerServices;
using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>
/// Everything besides its bytes that decides how an instruction is translated, and whether it may be executed where it is: one number a vCPU.
/// </summary>
/// <remarks>
/// Bits: 0-2 <see cref="CpuMode"/>, 3 CPL 3, 4 flat data segments, 5-6 log2 of the stack size, 7 SIMD usable, 8 CS base is page aligned,
/// 9 one instruction a block. From bit 16 on, in <see cref="TranslatorState.JumpKey"/>: the generation.
/// </remarks>
internal static unsafe class ModeKey
{
    /// <summary>Code runs at CPL 3.</summary>
    public const uint User = 1 << 3;

    /// <summary>ES, SS and DS are the whole linear address space.</summary>
    public const uint FlatData = 1 << 4;

    /// <summary>SSE instructions neither fault for CR0.EM, CR0.TS nor for CR4.OSFXSR.</summary>
    public const uint Simd = 1 << 7;

    /// <summary>Offsets in CS and linear addresses agree within a page; and in 16-bit code, RIP has no more than 16 bits.</summary>
    public const uint Aligned = 1 << 8;

    /// <summary>Blocks of one instruction.</summary>
    public const uint Single = 1 << 9;

    private const int StackShift = 5;
    private const int GenerationShift = 16;

    /// <summary>The key of the vCPU's state.</summary>
    public static uint Of(Cpu* cpu)
    {
        CpuMode mode = cpu->Mode;
        uint key = (uint)mode;
        if (cpu->Cpl == 3)
        {
            key |= User;
        }

        if (mode == CpuMode.Long64)
        {
            key |= FlatData | Aligned | (3 << StackShift);
        }
        else
        {
            // Only in real mode is the stack's size not the descriptor's; there the cached descriptor says 16 bits as well, unless it is "unreal".
            key |= ((cpu->Segments[SegmentIndex.Ss].Access & AccessBits.Big) != 0 ? 2u : 1u) << StackShift;
            if (IsFlat(cpu, SegmentIndex.Es) && IsFlat(cpu, SegmentIndex.Ss) && IsFlat(cpu, SegmentIndex.Ds))
            {
                key |= FlatData;
            }

            if ((cpu->Segments[SegmentIndex.Cs].Base & GuestPage.OffsetMask) == 0 && (cpu->Rip <= ushort.MaxValue || Bitness(mode) != 16))
            {
                key |= Aligned;
            }
        }

        if ((cpu->Cr0 & (Cr0Bits.Emulation | Cr0Bits.TaskSwitched)) == 0 && (cpu->Cr4 & Cr4Bits.FxsaveSupport) != 0)
        {
            key |= Simd;
        }

        return key;
    }

    /// <summary>The key together with the generation of the translation caches.</summary>
    public static ulong WithGeneration(uint key, ulong generation) => key | (generation << GenerationShift);

    /// <summary>The part of a key that decides the translation; what remains decides who may use it.</summary>
    public static uint Content(uint key) => key & ~User;

    /// <summary>What the selection of forms sees of a key.</summary>
    public static FormContext Context(uint key, ulong blockRip) => new()
    {
        Mode = (CpuMode)(key & 7),
        FlatData = (key & FlatData) != 0,
        StackSize = (byte)(1 << (int)((key >> StackShift) & 3)),
        SimdAvailable = (key & Simd) != 0,
        BlockRip = blockRip,
    };

    /// <summary>16, 32 or 64.</summary>
    public static int Bitness(CpuMode mode) => mode switch
    {
        CpuMode.Long64 => 64,
        CpuMode.Protected32 or CpuMode.Compatibility32 => 32,
        _ => 16,
    };

    // Usable, present, data, writable, expanding up, from 0 to the end.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsFlat(Cpu* cpu, int segment)
    {
        const uint WritableData = AccessBits.Present | AccessBits.NotSystem | AccessBits.Writable;
        const uint Checked = WritableData | AccessBits.Unusable | AccessBits.Code | AccessBits.ExpandDown;
        ref readonly SegmentRegister register = ref cpu->Segments[segment];
        return register.Base == 0 && register.Limit == uint.MaxValue && (register.Access & Checked) == WritableData;
    }
}
