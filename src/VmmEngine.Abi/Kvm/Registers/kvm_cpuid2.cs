namespace VmmEngine.Abi.Kvm;

/// <summary>
/// Head of the argument of KVM_GET_SUPPORTED_CPUID, KVM_GET_EMULATED_CPUID, KVM_SET_CPUID2 and KVM_GET_CPUID2, 8 bytes;
/// <see cref="kvm_cpuid_entry2"/> elements follow it. asm/kvm.h. Too few elements is E2BIG.
/// </summary>
public struct kvm_cpuid2
{
    /// <summary>Elements that follow.</summary>
    public uint nent;

    public uint padding;
}

/// <summary>One CPUID leaf, 40 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_cpuid_entry2
{
    /// <summary>Leaf, the EAX of the question.</summary>
    public uint function;

    /// <summary>Subleaf, the ECX of the question, with the first flag below.</summary>
    public uint index;

    public uint flags;
    public uint eax;
    public uint ebx;
    public uint ecx;
    public uint edx;
    public fixed uint padding[3];

    /// <summary>In the header's own spelling.</summary>
    public const uint KVM_CPUID_FLAG_SIGNIFCANT_INDEX = 0x1;
}
