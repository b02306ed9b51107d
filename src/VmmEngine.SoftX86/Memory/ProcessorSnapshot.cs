using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86;

/// <summary>What a handler that writes memory may change besides: general registers, flags, x87. So that it can be executed twice.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProcessorSnapshot
{
    // The registers, RIP and flags are what Cpu begins with, up to the instruction budget.
    private const int HeadSize = 192;

    private fixed byte _head[HeadSize];
    private FpuState _fpu;

    /// <summary>Takes it.</summary>
    public static void Take(ProcessorSnapshot* snapshot, Cpu* cpu)
    {
        Unsafe.CopyBlockUnaligned(snapshot->_head, cpu, HeadSize);
        snapshot->_fpu = cpu->Fpu;
    }

    /// <summary>Puts it back.</summary>
    public static void Restore(ProcessorSnapshot* snapshot, Cpu* cpu)
    {
        Unsafe.CopyBlockUnaligned(cpu, snapshot->_head, HeadSize);
        cpu->Fpu = snapshot->_fpu;
    }
}
