using System.Runtime.CompilerServices;

namespace VmmEngine.Abi.Kvm;

/// <summary>Argument of KVM_GET_XCRS and KVM_SET_XCRS, 392 bytes. asm/kvm.h.</summary>
public unsafe struct kvm_xcrs
{
    /// <summary>Registers a call moves at most.</summary>
    public const int KVM_MAX_XCRS = 16;

    /// <summary>Valid elements of <see cref="xcrs"/>.</summary>
    public uint nr_xcrs;

    public uint flags;
    public kvm_xcr_array xcrs;
    public fixed ulong padding[16];
}

/// <summary>One extended control register, 16 bytes. asm/kvm.h.</summary>
public struct kvm_xcr
{
    public uint xcr;
    public uint reserved;
    public ulong value;
}

/// <summary>Room for the registers of <see cref="kvm_xcrs"/>, 256 bytes.</summary>
[InlineArray(kvm_xcrs.KVM_MAX_XCRS)]
public struct kvm_xcr_array
{
    private kvm_xcr _first;
}
