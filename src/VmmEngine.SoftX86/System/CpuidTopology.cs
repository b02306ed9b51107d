using System.Numerics;
using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>CPUID leaf 11: how the number of a vCPU divides into thread, core and package. All are in one package.</summary>
internal static unsafe class CpuidTopology
{
    private const uint ThreadLevel = 1;
    private const uint CoreLevel = 2;

    /// <summary>Hardware threads of a core, a power of two.</summary>
    public static uint ThreadsPerCore(Cpu* cpu) => Math.Min(BitOperations.RoundUpToPowerOf2(Math.Max(cpu->System.ThreadsPerCore, 1)), Ids(cpu));

    /// <summary>Numbers that the package has room for, a power of two.</summary>
    public static uint Ids(Cpu* cpu) => BitOperations.RoundUpToPowerOf2(Math.Max(cpu->System.VcpuCount, 1));

    /// <summary>One level.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="index">0: threads of a core; 1: those of the package; others end the list.</param>
    public static CpuidWords Get(Cpu* cpu, uint index) => index switch
    {
        0 => Level(cpu, index, ThreadLevel, ThreadsPerCore(cpu)),
        1 => Level(cpu, index, CoreLevel, Ids(cpu)),
        _ => new CpuidWords(0, 0, index & 0xFF, cpu->System.VcpuId),
    };

    private static CpuidWords Level(Cpu* cpu, uint index, uint type, uint ids) =>
        new((uint)BitOperations.Log2(ids), Math.Min(ids, Math.Max(cpu->System.VcpuCount, 1)), index | (type << 8), cpu->System.VcpuId);
}
