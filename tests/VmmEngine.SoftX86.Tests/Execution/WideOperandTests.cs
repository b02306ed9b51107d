using Iced.Intel;
using VmmEngine.Backends;
using static Iced.Intel.AssemblerRegisters;

namespace VmmEngine.SoftX86.Tests.Execution;

/// <summary>Operands that no single access can carry: on devices, and across a page border with LOCK.</summary>
public sealed unsafe class WideOperandTests
{
    private const ulong Device = 0x4000_0000;
    private const ulong Window = SoftMachine.MappedEnd - 0x1000;

    [Fact]
    public void TheFloatingPointStateGoesToADeviceAndComesBack()
    {
        using SoftMachine machine = new();
        ((ulong*)(machine.Memory + 0xC000 + (3 * 0x1000)))[511] = Device | 7;
        machine.Load(a =>
        {
            a.mov(rbx, Window);
            a.mov(rax, 0x0123_4567_89AB_CDEF);
            a.movq(xmm15, rax);
            a.fld1();
            a.fxsave64(__[rbx]);
            a.fninit();
            a.pxor(xmm15, xmm15);
            a.fxrstor64(__[rbx]);
            a.movq(rcx, xmm15);
            a.fstp(__qword_ptr[rsp - 8]);
            a.mov(rdx, __qword_ptr[rsp - 8]);
            a.hlt();
        });

        byte[] device = new byte[512];
        int writes = 0;
        while (machine.Run(out VcpuExit exit) == RunResult.Exit)
        {
            int offset = (int)(exit.Address - Device);
            Assert.InRange(offset, 0, 504);
            Assert.Equal(8, exit.Size);
            if (exit.Reason == ExitReason.MmioWrite)
            {
                Assert.Equal(8 * writes++, offset);
                BitConverter.TryWriteBytes(device.AsSpan(offset), exit.Data);
            }
            else
            {
                Assert.Equal(ExitReason.MmioRead, exit.Reason);
                machine.CpuOf()->Exit->Data = BitConverter.ToUInt64(device, offset);
            }
        }

        Assert.Equal(-1, machine.Caught());
        Assert.True(writes > 32);
        Assert.Equal((0x0123_4567_89AB_CDEFul, 1.0), (machine.General(1), BitConverter.UInt64BitsToDouble(machine.General(2))));
    }

    /// <summary>An x87 store that raises an unmasked exception leaves its operand alone, which must not get what another instruction has put into the copy.</summary>
    [Theory]
    [InlineData(SoftMachine.Data + 0xFFE)]
    [InlineData(Window + 0x10)]
    public void AStoreThatIsKeptBackWritesNothing(ulong operand)
    {
        using SoftMachine machine = new();
        ((ulong*)(machine.Memory + 0xC000 + (3 * 0x1000)))[511] = Device | 7;
        new Span<byte>(machine.Memory + SoftMachine.Data, 0x3000).Fill(0x5A);
        *(ushort*)(machine.Memory + SoftMachine.Data) = 0x037E; // invalid operations are not masked
        *(ulong*)(machine.Memory + SoftMachine.Data + 8) = 1ul << 62;
        *(ulong*)(machine.Memory + SoftMachine.Data + 0x1FFC) = 0x0123_4567_89AB_CDEF;
        machine.Load(a =>
        {
            a.mov(rbx, SoftMachine.Data);
            a.mov(rax, __qword_ptr[rbx + 0x1FFC]); // through the copy
            a.fninit();
            a.fldcw(__word_ptr[rbx]);
            a.fild(__qword_ptr[rbx + 8]);
            a.mov(rcx, operand);
            a.fistp(__dword_ptr[rcx]);
            a.fnstsw(ax);
            a.hlt();
        });

        Assert.Equal(RunResult.Halted, machine.Run());
        Assert.Equal(-1, machine.Caught());
        Assert.Equal(0x81ul, machine.General(0) & 0x81); // IE and ES
        Assert.Equal(-1, new ReadOnlySpan<byte>(machine.Memory + SoftMachine.Data + 0xF00, 0x200).IndexOfAnyExcept((byte)0x5A));
    }

    [Fact]
    public void LockedOperationsAcrossAPageBorderLoseNoUpdateOfEachOther()
    {
        const uint rounds = 20_000;
        const ulong border = SoftMachine.Data + 0xFFD;
        using SoftMachine machine = new(vcpus: 2);
        machine.Load(a =>
        {
            Label again = a.CreateLabel();
            a.mov(rbx, border);
            a.mov(ecx, rounds);
            a.Label(ref again);
            a.@lock.add(__qword_ptr[rbx], 0x10);
            a.dec(ecx);
            a.jne(again);
            a.hlt();
        });
        Thread[] threads = [new(() => machine.Run(id: 0)), new(() => machine.Run(id: 1))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Equal(2 * rounds * 0x10ul, *(ulong*)(machine.Memory + border));
    }
}
