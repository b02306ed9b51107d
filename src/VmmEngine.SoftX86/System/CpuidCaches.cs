using VmmEngine.Backends;

namespace VmmEngine.SoftX86;

/// <summary>CPUID leaf 4: caches, which there are not. Software that sizes its buffers by them sees usual ones.</summary>
internal static unsafe class CpuidCaches
{
    private const uint Data = 1;
    private const uint Instructions = 2;
    private const uint Unified = 3;

    /// <summary>One cache.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="index">0 to 2; others are the end of the list.</param>
    public static CpuidWords Get(Cpu* cpu, uint index) => index switch
    {
        0 => Describe(cpu, Data, level: 1, ways: 8, sets: 64),
        1 => Describe(cpu, Instructions, level: 1, ways: 8, sets: 64),
        2 => Describe(cpu, Unified, level: 2, ways: 8, sets: 512),
        _ => default,
    };

    /// <summary>Lines of 64 bytes, one partition, shared by the threads of a core.</summary>
    private static CpuidWords Describe(Cpu* cpu, uint type, uint level, uint ways, uint sets)
    {
        const uint SelfInitializing = 1 << 8;
        uint sharing = CpuidTopology.ThreadsPerCore(cpu) - 1;
        uint cores = (CpuidTopology.Ids(cpu) / CpuidTopology.ThreadsPerCore(cpu)) - 1;
        return new CpuidWords(type | (level << 5) | SelfInitializing | (sharing << 14) | (cores << 26), (ways - 1) << 22 | 63, sets - 1, 0);
    }
}
