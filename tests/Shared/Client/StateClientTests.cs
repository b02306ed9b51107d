using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>State that a client takes out of a real back end and puts back: the same on each.</summary>
public abstract unsafe class StateClientTests
{
    private const int BufferLength = 1 << 16;

    protected abstract BackendFactory Factory { get; }

    [BackendFact]
    public void ARestoredGuestGoesOnWhereItWasSaved()
    {
        using ClientGuest guest = new(Factory, 0x40, 0xE7, 0x10, 0xEB, 0xFB); // inc ax; out 10h,ax; jmp back
        guest.Set(vm_reg_name.VM_REG_GUEST_RAX, 0x100);
        Assert.Equal(0x101u, Output(guest));
        byte[] vm = Transfer(guest, snapshot_req.STRUCT_VM, []);
        byte[] vcpus = Transfer(guest, snapshot_req.STRUCT_VMCX, []);
        Assert.Equal(0x102u, Output(guest));
        Assert.Equal(0x103u, Output(guest));
        Transfer(guest, snapshot_req.STRUCT_VM, vm);
        Transfer(guest, snapshot_req.STRUCT_VMCX, vcpus);
        guest.Check(VmCommandWords.VM_RESTORE_TIME, 0);
        Assert.Equal(0x102u, Output(guest));

        using ClientGuest other = new(Factory, 0x40, 0xE7, 0x10, 0xEB, 0xFB);
        other.Get(vm_reg_name.VM_REG_GUEST_RIP);
        Transfer(other, snapshot_req.STRUCT_VM, vm);
        Transfer(other, snapshot_req.STRUCT_VMCX, vcpus);
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

    private static uint Output(ClientGuest guest)
    {
        vm_exit exit = guest.Run();
        Assert.Equal(0x10, exit.u.inout.port);
        return exit.u.inout.eax;
    }

    // Saves into an empty array, restores from another.
    private static byte[] Transfer(ClientGuest guest, int part, byte[] image)
    {
        byte[] buffer = new byte[BufferLength];
        image.CopyTo(buffer, 0);
        fixed (byte* bytes = buffer)
        {
            vm_snapshot_meta meta = new()
            {
                dev_req = part,
                op = image.Length == 0 ? vm_snapshot_op.VM_SNAPSHOT_SAVE : vm_snapshot_op.VM_SNAPSHOT_RESTORE,
                buffer = new vm_snapshot_buffer { buf_start = bytes, buf_size = BufferLength, buf = bytes, buf_rem = BufferLength },
            };
            Assert.Equal(0, guest.Command(VmCommandWords.VM_SNAPSHOT_REQ, ref meta));
            return buffer[..(int)(meta.buffer.buf - bytes)];
        }
    }
}
