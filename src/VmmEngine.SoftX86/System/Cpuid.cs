using System.Numerics;
using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.SoftX86;

/// <summary>CPUID: what the processor is and can do. Nothing that it cannot do is shown.</summary>
internal static unsafe class Cpuid
{
    /// <summary>Bits of a physical address.</summary>
    public const int PhysicalAddressBits = PhysicalMap.AddressBits;

    private const uint LastBasic = 0x16;
    private const uint FirstHypervisor = 0x4000_0000;
    private const uint LastHypervisor = 0x4000_0010;
    private const uint FirstExtended = 0x8000_0000;
    private const uint LastExtended = 0x8000_0008;

    /// <summary>Family 6, model 13, stepping 3: of the age whose features these are.</summary>
    private const uint Signature = 0x0000_06D3;

    /// <summary>fpu de pse tsc msr pae mce cx8 sep mtrr pge cmov pat pse36 clfsh mmx fxsr sse sse2.</summary>
    private const uint BasicEdx = (1 << 0) | (1 << 2) | (1 << 3) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7) | (1 << 8) | (1 << 11) | (1 << 12)
        | (1 << 13) | (1 << 15) | (1 << 16) | (1 << 17) | (1 << 19) | (1 << 23) | (1 << 24) | (1 << 25) | (1 << 26);

    /// <summary>htt: the topology fields of leaf 1 are valid.</summary>
    private const uint SeveralProcessors = 1 << 28;

    /// <summary>cx16, TSC deadline, hypervisor.</summary>
    private const uint BasicEcx = (1u << 13) | (1u << 24) | (1u << 31);

    /// <summary>apic: while the local APIC is enabled.</summary>
    private const uint Apic = 1 << 9;

    private const uint X2Apic = 1 << 21;
    private const ulong ApicEnabled = 1 << 11;

    /// <summary>smep, smap.</summary>
    private const uint StructuredEbx = (1 << 7) | (1 << 20);

    /// <summary>arch_capabilities.</summary>
    private const uint StructuredEdx = 1 << 29;

    /// <summary>syscall, nx, pdpe1gb, rdtscp, lm.</summary>
    private const uint ExtendedEdx = (1 << 11) | (1 << 20) | (1 << 26) | (1 << 27) | (1 << 29);

    /// <summary>lahf.</summary>
    private const uint ExtendedEcx = 1;

    private const uint CacheLineBytes = 64;
    private const uint LinearAddressBits = 48;

    /// <summary>CPUID, at every level.</summary>
    public static Step Execute(Cpu* cpu, MicroOp* op)
    {
        cpu->System.Counters->Cpuids++;
        uint number = (uint)cpu->General[RegisterIndex.Rax];
        CpuidWords leaf = Get(cpu, number, (uint)cpu->General[RegisterIndex.Rcx]);
        for (uint i = 0; i < cpu->System.CpuidChangeCount; i++)
        {
            ref readonly CpuidChange change = ref cpu->System.CpuidChanges[i];
            leaf = change.Leaf == number ? change.ApplyTo(leaf) : leaf;
        }

        cpu->General[RegisterIndex.Rax] = leaf.Eax;
        cpu->General[RegisterIndex.Rbx] = leaf.Ebx;
        cpu->General[RegisterIndex.Rcx] = leaf.Ecx;
        cpu->General[RegisterIndex.Rdx] = leaf.Edx;
        return Step.Next;
    }

    /// <summary>One leaf, as the processor has it by itself.</summary>
    /// <param name="cpu">The vCPU: its number, and the VM's processors.</param>
    /// <param name="number">EAX. Beyond the last leaf of its range it counts as the last basic leaf.</param>
    /// <param name="index">ECX.</param>
    public static CpuidWords Get(Cpu* cpu, uint number, uint index) => number switch
    {
        0 => Text(LastBasic, "Genu"u8, "ntel"u8, "ineI"u8),
        1 => Features(cpu),
        4 => CpuidCaches.Get(cpu, index),
        7 => index == 0 ? new CpuidWords(0, StructuredEbx, 0, StructuredEdx) : default,
        0x0B => CpuidTopology.Get(cpu, index),
        0x15 => new CpuidWords(1, 1, (uint)TimeStamp.Frequency, 0),
        <= LastBasic => number == 0x16 ? new CpuidWords(Megahertz, Megahertz, 100, 0) : default,
        FirstHypervisor => Text(LastHypervisor, "VmmE"u8, "ngin"u8, "eVmm"u8),
        LastHypervisor => new CpuidWords((uint)(TimeStamp.Frequency / 1000), 0, 0, 0),
        > FirstHypervisor and < LastHypervisor => default,
        FirstExtended => new CpuidWords(LastExtended, 0, 0, 0),
        0x8000_0001 => new CpuidWords(0, 0, ExtendedEcx, ExtendedEdx),
        0x8000_0002 => Brand("VmmE"u8, "ngin"u8, "e so"u8, "ftwa"u8),
        0x8000_0003 => Brand("re p"u8, "roce"u8, "ssor"u8, "\0\0\0\0"u8),
        0x8000_0004 or 0x8000_0005 => default,
        0x8000_0006 => new CpuidWords(0, 0, (256 << 16) | (6 << 12) | CacheLineBytes, 0),
        0x8000_0007 => new CpuidWords(0, 0, 0, 1 << 8),
        LastExtended => new CpuidWords((LinearAddressBits << 8) | PhysicalAddressBits, 0, 0, 0),
        _ => Get(cpu, LastBasic, index),
    };

    private static uint Megahertz => (uint)(TimeStamp.Frequency / 1_000_000);

    private static CpuidWords Features(Cpu* cpu)
    {
        LocalApicWords* apic = cpu->System.Apic;
        uint ecx = BasicEcx | (apic->OffersX2Apic != 0 ? X2Apic : 0);
        uint edx = BasicEdx | ((apic->Base & ApicEnabled) != 0 ? Apic : 0) | (cpu->System.VcpuCount > 1 ? SeveralProcessors : 0);
        return new CpuidWords(Signature, Topology(cpu), ecx, edx);
    }

    private static uint Topology(Cpu* cpu) =>
        (cpu->System.VcpuId << 24) | (BitOperations.RoundUpToPowerOf2(cpu->System.VcpuCount) << 16) | (CacheLineBytes / 8 << 8);

    private static CpuidWords Text(uint eax, ReadOnlySpan<byte> ebx, ReadOnlySpan<byte> ecx, ReadOnlySpan<byte> edx) =>
        new(eax, Word(ebx), Word(ecx), Word(edx));

    private static CpuidWords Brand(ReadOnlySpan<byte> eax, ReadOnlySpan<byte> ebx, ReadOnlySpan<byte> ecx, ReadOnlySpan<byte> edx) =>
        new(Word(eax), Word(ebx), Word(ecx), Word(edx));

    private static uint Word(ReadOnlySpan<byte> text) => BitConverter.ToUInt32(text);
}
