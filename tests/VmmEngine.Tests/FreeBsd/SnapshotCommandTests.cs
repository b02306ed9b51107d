using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.FreeBsd;
using VmmEngine.Locks;
using VmmEngine.Tests.FreeBsd.Running;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public unsafe class SnapshotCommandTests
{
    private const int BufferLength = 1 << 16;
    private const int HeaderLength = 16;

    private static readonly FreeBsdHostOptions WithSnapshots = new() { Enabled = (Option)(-1) };
    private static readonly int[] Parts = [.. Enumerable.Range(1, 10).Where(part => part != snapshot_req.VM_MEM)];

    private readonly GuestVm _guest = new GuestVm(WithSnapshots).WithVcpu(0).WithVcpu(2);
    private readonly byte[] _buffer = GC.AllocateArray<byte>(BufferLength, pinned: true);

    private byte* Buffer => (byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_buffer, 0);

    [Fact]
    public void RegistersAndWhereAVcpuGoesOnComeBack()
    {
        _guest.Does(new VcpuExit { Reason = ExitReason.PortOut, Size = 1, Port = 0x99, InstructionLength = 2 }, 2);
        _guest.Run(2);
        _guest.Set(vm_reg_name.VM_REG_GUEST_RAX, 0x1234, 2);
        Assert.Equal(0, SetEvent(vm_intinfo.VM_INTINFO_VALID | 0x30, 2));
        ulong rip = _guest.Get(vm_reg_name.VM_REG_GUEST_RIP, 2);
        byte[] vm = Save(snapshot_req.STRUCT_VM);
        byte[] vcpus = Save(snapshot_req.STRUCT_VMCX);

        _guest.Set(vm_reg_name.VM_REG_GUEST_RAX, 0, 2).Set(vm_reg_name.VM_REG_GUEST_RIP, 0x7777, 2);
        Assert.Equal(0, SetEvent(0, 2));
        Assert.Equal(0, Restore(snapshot_req.STRUCT_VMCX, vcpus));
        Assert.Equal(0, Restore(snapshot_req.STRUCT_VM, vm));
        Assert.Equal((0x1234UL, rip), (_guest.Get(vm_reg_name.VM_REG_GUEST_RAX, 2), _guest.Get(vm_reg_name.VM_REG_GUEST_RIP, 2)));
        Assert.Equal(vm, Save(snapshot_req.STRUCT_VM));
        Assert.Equal(vcpus, Save(snapshot_req.STRUCT_VMCX));
    }

    [Fact]
    public void TheClockGoesOnFromItsTime()
    {
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_RTC_SETTIME, new vm_rtc_time { secs = 5_000_000 }));
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_RTC_WRITE, new vm_rtc_data { offset = 0x40, value = 7 }));
        byte[] saved = Save(snapshot_req.STRUCT_VRTC);
        GuestVm other = new(WithSnapshots);
        Assert.Equal(0, Restore(snapshot_req.STRUCT_VRTC, saved, other));
        vm_rtc_time time = default;
        Assert.Equal(0, other.Vm.Ioctl(VmCommandWords.VM_RTC_GETTIME, ref time));
        Assert.InRange(time.secs, 5_000_000, 5_000_060);
        vm_rtc_data memory = new() { offset = 0x40 };
        Assert.Equal(0, other.Vm.Ioctl(VmCommandWords.VM_RTC_READ, ref memory));
        Assert.Equal(7, memory.value);
    }

    [Fact]
    public void WhatAVcpuWaitsForAndItsApicsModeComeBack()
    {
        const VcpuFlags flags = VcpuFlags.AwaitingStartup | VcpuFlags.X2Apic;
        Vcpu* vcpu = _guest.Vm.Vm.Locks->Vcpus + 2;
        Assert.True(VcpuSets<ProcessorAtomics>.TryAdd(VcpuFlags.AwaitingStartup, vcpu) && VcpuSets<ProcessorAtomics>.TryAdd(VcpuFlags.X2Apic, vcpu));
        byte[] saved = Save(snapshot_req.STRUCT_VM);
        GuestVm other = new GuestVm(WithSnapshots).WithVcpu(0).WithVcpu(2);
        byte[] without = Save(snapshot_req.STRUCT_VM, other);

        Assert.Equal(0, Restore(snapshot_req.STRUCT_VM, saved, other));
        Assert.Equal(flags, (VcpuFlags)other.Vm.Vm.Locks->Vcpus[2].Flags & flags);
        Assert.Equal(0, Restore(snapshot_req.STRUCT_VM, without, other));
        Assert.Equal(VcpuFlags.None, (VcpuFlags)other.Vm.Vm.Locks->Vcpus[2].Flags & flags);
    }

    [Fact]
    public void TheOlderFormMovesTheSamePositions()
    {
        vm_snapshot_meta_13 argument = new() { ctx = (void*)8, dev_req = snapshot_req.STRUCT_VM, buffer = Whole() };
        Assert.Equal(0, _guest.Vm.Ioctl(VmCommandWords.VM_SNAPSHOT_REQ_13, ref argument));
        int length = Save(snapshot_req.STRUCT_VM).Length;
        Assert.Equal(((nuint)Buffer + (nuint)length, (ulong)(BufferLength - length)), ((nuint)argument.buffer.buf, argument.buffer.buf_rem));
    }

    [Fact]
    public void SeveralPartsFollowOneAnother()
    {
        vm_snapshot_meta meta = new() { dev_req = snapshot_req.STRUCT_VM, buffer = Whole() };
        Assert.Equal(0, Request(ref meta));
        meta.dev_req = snapshot_req.STRUCT_VMCX;
        Assert.Equal(0, Request(ref meta));

        meta = new vm_snapshot_meta { dev_req = snapshot_req.STRUCT_VM, buffer = Whole(), op = vm_snapshot_op.VM_SNAPSHOT_RESTORE };
        Assert.Equal(0, Request(ref meta));
        meta.dev_req = snapshot_req.STRUCT_VMCX;
        Assert.Equal(0, Request(ref meta));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(snapshot_req.VM_MEM)]
    [InlineData(11)]
    [InlineData(int.MaxValue)]
    public void OtherPartsAreNone(int request)
    {
        vm_snapshot_meta meta = new() { dev_req = request, buffer = Whole() };
        Assert.Equal(Errno.EINVAL, Request(ref meta));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void ThereAreTwoDirections(int direction)
    {
        vm_snapshot_meta meta = new() { dev_req = snapshot_req.STRUCT_VM, buffer = Whole(), op = direction };
        Assert.Equal(Errno.EINVAL, Request(ref meta));
    }

    [Fact]
    public void ABufferThatIsTooSmallOrNotThereFaultsAndStaysAsItIs()
    {
        foreach (int part in Parts)
        {
            int length = Save(part).Length;
            for (int direction = 0; direction < 2; direction++)
            {
                _buffer.AsSpan(length).Fill(0xEE);
                foreach (vm_snapshot_buffer bad in BadBuffers(length))
                {
                    vm_snapshot_meta meta = new() { dev_req = part, buffer = bad, op = direction };
                    Assert.Equal(Errno.EFAULT, Request(ref meta));
                    Assert.Equal((nuint)bad.buf, (nuint)meta.buffer.buf);
                }

                Assert.All(_buffer[length..], value => Assert.Equal(0xEE, value));
            }
        }
    }

    [Fact]
    public void DamagedContentsAreRefusedAndChangeNothing()
    {
        _guest.Set(vm_reg_name.VM_REG_GUEST_RAX, 0x5555);
        foreach (int part in Parts)
        {
            byte[] good = Save(part);
            for (int position = 0; position < HeaderLength; position++)
            {
                byte[] bad = [.. good];
                bad[position] ^= 0x81;
                Assert.Contains(Restore(part, bad), new[] { Errno.EINVAL, Errno.EFAULT });
            }

            byte[] other = [.. good];
            other[6] = (byte)(part == snapshot_req.STRUCT_VM ? snapshot_req.STRUCT_VRTC : snapshot_req.STRUCT_VM);
            Assert.Equal(Errno.EINVAL, Restore(part, other));

            // One byte fewer or more than the part has.
            foreach (int difference in new[] { -1, 1 })
            {
                byte[] resized = [.. good, 0, 0];
                BitConverter.TryWriteBytes(resized.AsSpan(8), good.Length - HeaderLength + difference);
                Assert.Equal(Errno.EINVAL, Restore(part, resized));
            }

            if (part is snapshot_req.STRUCT_VM or snapshot_req.STRUCT_VMCX) // chips go on by themselves
            {
                Assert.Equal(good, Save(part));
            }
        }
    }

    [Fact]
    public void RandomContentsNeverDoMoreThanBeRefused()
    {
        Random random = new(5);
        foreach (int part in Parts)
        {
            byte[] good = Save(part);
            for (int round = 0; round < 2_000; round++)
            {
                byte[] bad = [.. good];
                for (int count = random.Next(1, 8); count > 0 && bad.Length > HeaderLength; count--)
                {
                    bad[random.Next(HeaderLength, bad.Length)] = (byte)random.Next(256);
                }

                Assert.Contains(Restore(part, bad), new[] { 0, Errno.EINVAL });
                Assert.Equal(good.Length, Save(part).Length);
            }
        }
    }

    [Fact]
    public void AVcpuThatTheVmDoesNotHaveIsRefused()
    {
        byte[] saved = Save(snapshot_req.STRUCT_VMCX);
        Assert.Equal(Errno.EINVAL, Restore(snapshot_req.STRUCT_VMCX, saved, new GuestVm(WithSnapshots).WithVcpu(0)));
        Assert.Equal(0, Restore(snapshot_req.STRUCT_VMCX, saved, new GuestVm(WithSnapshots).WithVcpu(0).WithVcpu(2)));
    }

    [Fact]
    public void TimeGoesOnFromWhereItWasSaved()
    {
        _guest.Fake()->Registers.Tsc = 1_000;
        byte[] saved = Save(snapshot_req.STRUCT_VMCX);
        Assert.Equal(0, RestoreTime()); // nothing has been restored
        Assert.Equal(1_000UL, _guest.Fake()->Registers.Tsc);

        Assert.Equal(0, Restore(snapshot_req.STRUCT_VMCX, saved));
        _guest.Fake()->Registers.Tsc = 9_000;
        Assert.Equal(0, RestoreTime());
        Assert.Equal(1_000UL, _guest.Fake()->Registers.Tsc);
        _guest.Fake()->Registers.Tsc = 9_000;
        Assert.Equal(0, RestoreTime()); // once for each restore
        Assert.Equal(9_000UL, _guest.Fake()->Registers.Tsc);

        int RestoreTime() => _guest.Vm.Ioctl(VmCommandWords.VM_RESTORE_TIME, 0);
    }

    [Fact]
    public void AVmWithoutAProcessorHasTheOtherParts()
    {
        OneVm one = new(WithSnapshots);
        foreach (int part in Parts)
        {
            vm_snapshot_meta meta = new() { dev_req = part, buffer = Whole() };
            Assert.Equal(0, one.Vm.Ioctl(VmCommandWords.VM_SNAPSHOT_REQ, ref meta));
            meta.buffer = Whole();
            meta.op = vm_snapshot_op.VM_SNAPSHOT_RESTORE;
            Assert.Equal(0, one.Vm.Ioctl(VmCommandWords.VM_SNAPSHOT_REQ, ref meta));
        }
    }

    private static byte* Unmapped => (byte*)0x7FFF_FFFF_0000;

    private vm_snapshot_buffer Whole() => new() { buf_start = Buffer, buf_size = BufferLength, buf = Buffer, buf_rem = BufferLength };

    private IEnumerable<vm_snapshot_buffer> BadBuffers(int length)
    {
        nuint start = (nuint)Buffer;
        return
        [
            Make(start, length - 1, start, length - 1),
            Make(start, 1, start, 1),
            Make(start, 0, start, 0),
            Make(0, BufferLength, 0, BufferLength),
            Make((nuint)Unmapped, BufferLength, (nuint)Unmapped, BufferLength),
            Make(start, BufferLength, start, BufferLength + 1), // more left than there is
            Make(start + 8, BufferLength - 8, start, BufferLength - 8), // before its beginning
            Make(start, 64, start + 65, length), // behind its end
            Make(start, -1, start, BufferLength), // around the end of the address space
        ];

        static vm_snapshot_buffer Make(nuint start, long size, nuint position, long left) =>
            new() { buf_start = (byte*)start, buf_size = (ulong)size, buf = (byte*)position, buf_rem = (ulong)left };
    }

    private byte[] Save(int part, GuestVm? guest = null)
    {
        vm_snapshot_meta meta = new() { dev_req = part, buffer = Whole() };
        Assert.Equal(0, Request(ref meta, guest));
        int length = (int)(meta.buffer.buf - Buffer);
        Assert.Equal((ulong)(BufferLength - length), meta.buffer.buf_rem);
        return _buffer[..length];
    }

    private int Restore(int part, byte[] image, GuestVm? guest = null)
    {
        image.CopyTo(_buffer, 0);
        vm_snapshot_meta meta = new() { dev_req = part, buffer = Whole(), op = vm_snapshot_op.VM_SNAPSHOT_RESTORE };
        return Request(ref meta, guest);
    }

    private int Request(ref vm_snapshot_meta meta, GuestVm? guest = null) => (guest ?? _guest).Vm.Ioctl(VmCommandWords.VM_SNAPSHOT_REQ, ref meta);

    private int SetEvent(ulong word, int id) => _guest.Vm.Ioctl(VmCommandWords.VM_SET_INTINFO, new vm_intinfo { vcpuid = id, info1 = word });
}
