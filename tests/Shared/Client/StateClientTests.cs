using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>State that a client takes out of a real back end and puts back: the same on each.</summary>
public abstract unsafe class StateClientTests
{
    private const int HeaderLength = 16;

    private static readonly int[] Parts = [.. Enumerable.Range(1, 10).Where(part => part != snapshot_req.VM_MEM)];

    protected abstract BackendFactory Factory { get; }

    [BackendFact]
    public void ARestoredGuestGoesOnWhereItWasSaved()
    {
        using ClientGuest guest = new(Factory, 0x40, 0xE7, 0x10, 0xEB, 0xFB); // inc ax; out 10h,ax; jmp back
        guest.Set(vm_reg_name.VM_REG_GUEST_RAX, 0x100);
        Assert.Equal(0x101u, Output(guest));
        byte[] vm = guest.SavePart(snapshot_req.STRUCT_VM);
        byte[] vcpus = guest.SavePart(snapshot_req.STRUCT_VMCX);
        Assert.Equal(0x102u, Output(guest));
        Assert.Equal(0x103u, Output(guest));
        Assert.Equal(0, guest.RestorePart(snapshot_req.STRUCT_VM, vm));
        Assert.Equal(0, guest.RestorePart(snapshot_req.STRUCT_VMCX, vcpus));
        guest.Check(VmCommandWords.VM_RESTORE_TIME, 0);
        Assert.Equal(0x102u, Output(guest));

        using ClientGuest other = new(Factory, 0x40, 0xE7, 0x10, 0xEB, 0xFB);
        other.Get(vm_reg_name.VM_REG_GUEST_RIP);
        Assert.Equal(0, other.RestorePart(snapshot_req.STRUCT_VM, vm));
        Assert.Equal(0, other.RestorePart(snapshot_req.STRUCT_VMCX, vcpus));
        Assert.Equal(0x102u, Output(other));
    }

    [BackendFact]
    public void FloatingPointStateComesBack()
    {
        using ClientGuest guest = new(Factory, 0xF4);
        using VcpuRunner runner = guest.Vm.CreateRunner(0);
        CpuRegisters registers = default;
        Assert.Equal(0, runner.ReadRegisters(RegisterGroups.FloatingPoint, ref registers));
        for (int position = 160; position < 416; position++)
        {
            registers.Fxsave[position] = (byte)(position * 7); // XMM
        }

        Assert.Equal(0, runner.WriteRegisters(RegisterGroups.FloatingPoint, in registers));
        CpuRegisters read = default;
        Assert.Equal(0, runner.ReadRegisters(RegisterGroups.FloatingPoint, ref read));
        Assert.Equal(new Span<byte>(registers.Fxsave, 416).ToArray(), new Span<byte>(read.Fxsave, 416).ToArray());
    }

    [BackendFact]
    public void DamagedPartsAreRefusedAndLeaveTheVmAsItWas()
    {
        using ClientGuest guest = new(Factory, 0xF4);
        guest.Get(vm_reg_name.VM_REG_GUEST_RIP);
        Random random = new(7);
        foreach (int part in Parts)
        {
            byte[] good = guest.SavePart(part);
            Assert.Equal(0, guest.RestorePart(part, good));
            for (int round = 0; round < 200; round++)
            {
                byte[] bad = [.. good];
                bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
                int error = guest.RestorePart(part, bad);
                Assert.Contains(error, new[] { 0, Errno.EINVAL, Errno.EFAULT });
                if (error != 0 && !HasTime(part))
                {
                    Assert.Equal(good, guest.SavePart(part));
                }

                Assert.Equal(0, guest.RestorePart(part, good));
            }

            byte[] shorter = [.. good, 0];
            BitConverter.TryWriteBytes(shorter.AsSpan(8), good.Length - HeaderLength - 1);
            Assert.Equal(Errno.EINVAL, guest.RestorePart(part, shorter));
            byte[] version = [.. good];
            version[4]++;
            Assert.Equal(Errno.EINVAL, guest.RestorePart(part, version));
        }

        // Distances from now are part of these.
        static bool HasTime(int part) => part is not (snapshot_req.STRUCT_VM or snapshot_req.STRUCT_VIOAPIC or snapshot_req.STRUCT_VATPIC);
    }

    [BackendFact]
    public void SystemRegistersOnTheirWaySurviveARefusedRestore()
    {
        const ulong paging = 1UL << 31;
        using ClientGuest guest = new(Factory, 0xF4);
        byte[] image = guest.SavePart(snapshot_req.STRUCT_VMCX);
        ulong written = guest.Get(vm_reg_name.VM_REG_GUEST_CR0) | paging; // without protected mode: no processor has that, so no back end knows it yet
        guest.Set(vm_reg_name.VM_REG_GUEST_CR0, written);
        BitConverter.TryWriteBytes(image.AsSpan(8), image.Length - HeaderLength - 1);

        Assert.Equal(Errno.EINVAL, guest.RestorePart(snapshot_req.STRUCT_VMCX, image));
        Assert.Equal(written, guest.Get(vm_reg_name.VM_REG_GUEST_CR0));

        byte[] held = guest.SavePart(snapshot_req.STRUCT_VMCX);
        guest.Set(vm_reg_name.VM_REG_GUEST_CR0, written & ~paging);
        Assert.Equal(0, guest.RestorePart(snapshot_req.STRUCT_VMCX, held));
        Assert.Equal(written, guest.Get(vm_reg_name.VM_REG_GUEST_CR0));
    }

    [BackendFact]
    public void ASteppedGuestIsSteppedOnWhereItIsRestored()
    {
        byte[] code = [0x40, 0x40, 0x40, 0x40, 0xF4]; // inc ax, four times
        foreach (int[] order in new[] { new[] { snapshot_req.STRUCT_VM, snapshot_req.STRUCT_VMCX }, [snapshot_req.STRUCT_VMCX, snapshot_req.STRUCT_VM] })
        {
            using ClientGuest guest = new(Factory, code);
            guest.Enable(vm_cap_type.VM_CAP_MTRAP_EXIT);
            Assert.Equal((vm_exitcode.VM_EXITCODE_MTRAP, ClientGuest.Start + 1), CodeAndRip(guest.Run()));

            using ClientGuest other = new(Factory, code);
            other.Get(vm_reg_name.VM_REG_GUEST_RIP);
            foreach (int part in order)
            {
                Assert.Equal(0, other.RestorePart(part, guest.SavePart(part)));
            }

            Assert.Equal((vm_exitcode.VM_EXITCODE_MTRAP, ClientGuest.Start + 2), CodeAndRip(other.Run()));
            Assert.Equal((vm_exitcode.VM_EXITCODE_MTRAP, ClientGuest.Start + 3), CodeAndRip(other.Run()));
        }

        static (int Code, ulong Rip) CodeAndRip(vm_exit exit) => (exit.exitcode, exit.rip);
    }

    private static uint Output(ClientGuest guest)
    {
        vm_exit exit = guest.Run();
        Assert.Equal(0x10, exit.u.inout.port);
        return exit.u.inout.eax;
    }
}
