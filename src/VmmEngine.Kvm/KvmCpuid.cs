using System.Runtime.InteropServices;
using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>What CPUID tells a guest: what KVM supports here, less what the engine does not offer.</summary>
internal sealed unsafe class KvmCpuid : IDisposable
{
    private const int Capacity = 256;
    private const uint Features = 1;
    private const uint StructuredFeatures = 7;
    private const uint PerformanceMonitoring = 0xA;
    private const uint Topology = 0xB;
    private const uint TopologyV2 = 0x1F;
    private const uint ExtendedFeatures = 0x8000_0001;
    private const uint FirstHypervisorLeaf = 0x4000_0000;
    private const uint LastHypervisorLeaf = 0x4FFF_FFFF;

    private const uint EcxMonitor = 1u << 3;
    private const uint EcxX2Apic = 1u << 21;
    private const uint EcxTscDeadline = 1u << 24;
    private const uint EcxHypervisor = 1u << 31;
    private const uint EdxApic = 1u << 9;
    private const uint EbxInvpcid = 1u << 10;
    private const uint EcxRdpid = 1u << 22;
    private const uint EdxRdtscp = 1u << 27;
    private const int ApicIdShift = 24;

    private readonly kvm_cpuid2* _leaves;

    /// <summary>Asks KVM, and filters the answer.</summary>
    /// <exception cref="BackendUnavailableException">KVM does not answer.</exception>
    public KvmCpuid(KvmSystem system, bool kernelIrqchip, GuestProcessor processor)
    {
        _leaves = (kvm_cpuid2*)NativeMemory.AllocZeroed((nuint)(sizeof(kvm_cpuid2) + (Capacity * sizeof(kvm_cpuid_entry2))));
        _leaves->nent = Capacity;
        if (LibC.Ioctl(system.Descriptor, KvmSystemWords.KVM_GET_SUPPORTED_CPUID, _leaves) != 0)
        {
            int error = LibC.LastError;
            Dispose();
            throw KvmVm.Refusal("KVM_GET_SUPPORTED_CPUID", error);
        }

        Filter(kernelIrqchip && system.Capability(kvm_cap.KVM_CAP_TSC_DEADLINE_TIMER) != 0, kernelIrqchip);
        foreach (CpuidChange change in processor.Cpuid)
        {
            Apply(in change);
        }
    }

    /// <summary>What KVM is told.</summary>
    public Span<kvm_cpuid_entry2> Leaves => new(_leaves + 1, (int)_leaves->nent);

    /// <summary>Gives it to a vCPU, with the vCPU's own APIC id, and with x2APIC mode or without.</summary>
    public bool TryApply(int vcpu, int id, bool x2Apic)
    {
        foreach (ref kvm_cpuid_entry2 leaf in Leaves)
        {
            if (leaf.function == Features)
            {
                leaf.ebx = (leaf.ebx & ((1u << ApicIdShift) - 1)) | ((uint)id << ApicIdShift);
                leaf.ecx = x2Apic ? leaf.ecx | EcxX2Apic : leaf.ecx & ~EcxX2Apic;
            }
        }

        return LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_CPUID2, _leaves) == 0;
    }

    /// <summary>What a guest finds of the instructions that an interface reports.</summary>
    public ProcessorFeatures FindFeatures()
    {
        ProcessorFeatures features = ProcessorFeatures.None;
        foreach (ref kvm_cpuid_entry2 leaf in Leaves)
        {
            if (leaf.function == StructuredFeatures && leaf.index == 0)
            {
                features |= (leaf.ebx & EbxInvpcid) != 0 ? ProcessorFeatures.Invpcid : 0;
                features |= (leaf.ecx & EcxRdpid) != 0 ? ProcessorFeatures.Rdpid : 0;
            }
            else if (leaf.function == ExtendedFeatures)
            {
                features |= (leaf.edx & EdxRdtscp) != 0 ? ProcessorFeatures.Rdtscp : 0;
            }
        }

        return features;
    }

    /// <summary>A number that is another for another processor: of all leaves but for what differs between vCPUs.</summary>
    public ulong Fingerprint()
    {
        const ulong offset = 0xCBF2_9CE4_8422_2325; // FNV-1a, by words
        const ulong prime = 0x0000_0100_0000_01B3;
        const uint apicId = 0xFFu << ApicIdShift;
        ulong sum = offset;
        foreach (ref kvm_cpuid_entry2 leaf in Leaves)
        {
            bool isFeatures = leaf.function == Features;
            foreach (uint word in (ReadOnlySpan<uint>)[leaf.function, leaf.index, leaf.eax, isFeatures ? leaf.ebx & ~apicId : leaf.ebx, isFeatures ? leaf.ecx & ~EcxX2Apic : leaf.ecx, leaf.edx])
            {
                sum = unchecked((sum ^ word) * prime);
            }
        }

        return sum;
    }

    public void Dispose() => NativeMemory.Free(_leaves);

    private void Apply(in CpuidChange change)
    {
        bool found = false;
        foreach (ref kvm_cpuid_entry2 leaf in Leaves)
        {
            if (leaf.function == change.Leaf)
            {
                found = true;
                Change(ref leaf, in change);
            }
        }

        if (!found && _leaves->nent < Capacity)
        {
            ref kvm_cpuid_entry2 added = ref new Span<kvm_cpuid_entry2>(_leaves + 1, Capacity)[(int)_leaves->nent++];
            added = new kvm_cpuid_entry2 { function = change.Leaf };
            Change(ref added, in change);
        }
    }

    private static void Change(ref kvm_cpuid_entry2 leaf, in CpuidChange change)
    {
        CpuidWords words = change.ApplyTo(new CpuidWords(leaf.eax, leaf.ebx, leaf.ecx, leaf.edx));
        (leaf.eax, leaf.ebx, leaf.ecx, leaf.edx) = (words.Eax, words.Ebx, words.Ecx, words.Edx);
    }

    private void Filter(bool tscDeadline, bool apic)
    {
        int kept = 0;
        Span<kvm_cpuid_entry2> leaves = Leaves;
        for (int i = 0; i < leaves.Length; i++)
        {
            // The host's topology is not the guest's, and KVM's own devices (clock, asynchronous faults) are not among the engine's.
            bool dropped = leaves[i].function is PerformanceMonitoring or Topology or TopologyV2 or (>= FirstHypervisorLeaf and <= LastHypervisorLeaf);
            if (!dropped)
            {
                leaves[kept++] = leaves[i];
            }
        }

        _leaves->nent = (uint)kept;
        foreach (ref kvm_cpuid_entry2 leaf in Leaves)
        {
            if (leaf.function == Features)
            {
                leaf.ecx &= ~(EcxMonitor | EcxHypervisor);
                leaf.ecx = tscDeadline ? leaf.ecx | EcxTscDeadline : leaf.ecx & ~EcxTscDeadline;
                leaf.edx = apic ? leaf.edx | EdxApic : leaf.edx & ~EdxApic;
            }
        }
    }
}
