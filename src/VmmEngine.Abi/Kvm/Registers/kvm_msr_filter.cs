using System.Runtime.CompilerServices;

namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_X86_SET_MSR_FILTER, 392 bytes: which model-specific registers KVM lets a guest have. linux/kvm.h.</summary>
public struct kvm_msr_filter
{
    public uint flags;
    public kvm_msr_filter_ranges ranges;

    public const uint KVM_MSR_FILTER_DEFAULT_ALLOW = 0;
    public const uint KVM_MSR_FILTER_DEFAULT_DENY = 1;
}

/// <summary>Member of <see cref="kvm_msr_filter"/>: its 16 ranges.</summary>
[InlineArray(16)]
public struct kvm_msr_filter_ranges
{
    private kvm_msr_filter_range _first;
}

/// <summary>Consecutive registers with a bit each, 24 bytes: 1 allows, 0 denies. linux/kvm.h.</summary>
public unsafe struct kvm_msr_filter_range
{
    public uint flags;
    public uint nmsrs;
    public uint @base;
    public byte* bitmap;

    public const uint KVM_MSR_FILTER_READ = 1;
    public const uint KVM_MSR_FILTER_WRITE = 2;
}
