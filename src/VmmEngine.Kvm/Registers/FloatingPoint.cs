using System.Runtime.CompilerServices;
using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;

namespace VmmEngine.Kvm;

/// <summary>x87, MMX and SSE state: between KVM_GET_FPU's order and the image that FXSAVE writes in 64-bit mode (Intel SDM volume 1, 10.5.1).</summary>
internal static unsafe class FloatingPoint
{
    private const int Fcw = 0;
    private const int Fsw = 2;
    private const int Ftw = 4;
    private const int Fop = 6;
    private const int Fip = 8;
    private const int Fdp = 16;
    private const int Mxcsr = 24;
    private const int MxcsrMask = 28;
    private const int St = 32;
    private const int StBytes = 8 * 16;
    private const int Xmm = 160;
    private const int XmmBytes = 16 * 16;

    /// <summary>All bits that MXCSR has.</summary>
    private const uint AllOfMxcsr = 0xFFFF;

    public static bool TryRead(int vcpu, ref CpuRegisters registers)
    {
        kvm_fpu fpu;
        if (LibC.Ioctl(vcpu, KvmVcpuWords.KVM_GET_FPU, &fpu) != 0)
        {
            return false;
        }

        fixed (byte* image = registers.Fxsave)
        {
            Unsafe.InitBlockUnaligned(image, 0, 512);
            *(ushort*)(image + Fcw) = fpu.fcw;
            *(ushort*)(image + Fsw) = fpu.fsw;
            image[Ftw] = fpu.ftwx;
            *(ushort*)(image + Fop) = fpu.last_opcode;
            *(ulong*)(image + Fip) = fpu.last_ip;
            *(ulong*)(image + Fdp) = fpu.last_dp;
            *(uint*)(image + Mxcsr) = fpu.mxcsr;
            *(uint*)(image + MxcsrMask) = AllOfMxcsr;
            Unsafe.CopyBlockUnaligned(image + St, fpu.fpr, StBytes);
            Unsafe.CopyBlockUnaligned(image + Xmm, fpu.xmm, XmmBytes);
        }

        return true;
    }

    public static bool TryWrite(int vcpu, in CpuRegisters registers)
    {
        kvm_fpu fpu = default;
        fixed (byte* image = registers.Fxsave)
        {
            fpu.fcw = *(ushort*)(image + Fcw);
            fpu.fsw = *(ushort*)(image + Fsw);
            fpu.ftwx = image[Ftw];
            fpu.last_opcode = *(ushort*)(image + Fop);
            fpu.last_ip = *(ulong*)(image + Fip);
            fpu.last_dp = *(ulong*)(image + Fdp);
            fpu.mxcsr = *(uint*)(image + Mxcsr) & AllOfMxcsr;
            Unsafe.CopyBlockUnaligned(fpu.fpr, image + St, StBytes);
            Unsafe.CopyBlockUnaligned(fpu.xmm, image + Xmm, XmmBytes);
        }

        return LibC.Ioctl(vcpu, KvmVcpuWords.KVM_SET_FPU, &fpu) == 0;
    }
}
