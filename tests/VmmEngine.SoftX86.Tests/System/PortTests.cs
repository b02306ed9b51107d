using VmmEngine.Backends;

namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>IN, OUT, INS and OUTS, and who may use them.</summary>
public unsafe class PortTests
{
    [Fact]
    public void InIsCompletedWithTheDevicesValue()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rax] = ulong.MaxValue;
        machine[RegisterIndex.Rdx] = 0x1_03F8;
        Assert.Equal(Step.Exit, machine.Execute(0xEC)); // in al, dx
        VcpuExit exit = *machine.Cpu->Exit;
        Assert.Equal((ExitReason.PortIn, 0x3F8, 1, 1), (exit.Reason, exit.Port, exit.Size, exit.InstructionLength));
        Assert.Equal(SystemMachine.Code, machine.Cpu->Rip);
        machine.Cpu->Exit->Data = 0x42;
        Assert.Equal(Step.EndBlock, machine.Complete());
        Assert.Equal(0xFFFF_FFFF_FFFF_FF42, machine[RegisterIndex.Rax]);
        Assert.Equal(SystemMachine.Code + 1, machine.Cpu->Rip);
        Assert.Equal(Step.Exit, machine.Execute(0xE5, 0x70)); // in eax, 0x70
        machine.Cpu->Exit->Data = 0x1_8765_4321;
        Assert.Equal(Step.EndBlock, machine.Complete());
        Assert.Equal(0x8765_4321u, machine[RegisterIndex.Rax]);
    }

    [Fact]
    public void OutIsCompleteAtItsExit()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rax] = 0x1234_5678;
        Assert.Equal(Step.Exit, machine.Execute(0x66, 0xE7, 0x80)); // out 0x80, ax
        VcpuExit exit = *machine.Cpu->Exit;
        Assert.Equal((ExitReason.PortOut, 0x80, 2, 0x5678UL), (exit.Reason, exit.Port, exit.Size, exit.Data));
        Assert.Equal(SystemMachine.Code, exit.Rip);
        Assert.Equal(SystemMachine.Code + 3, machine.Cpu->Rip);
        Assert.True(machine.Cpu->Completion == null);
    }

    [Fact]
    public void RepeatedInsMovesOneElementAnExit()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rdi] = SystemMachine.Data;
        machine[RegisterIndex.Rcx] = 2;
        byte[] insw = [0xF3, 0x66, 0x6D]; // rep insw
        Assert.Equal(Step.Exit, machine.Execute(insw));
        Assert.Equal(ExitFlags.String | ExitFlags.Repeat, machine.Cpu->Exit->Flags);
        machine.Cpu->Exit->Data = 0x1111;
        Assert.Equal(Step.EndBlock, machine.Complete());
        Assert.Equal((SystemMachine.Code, 1u), (machine.Cpu->Rip, machine[RegisterIndex.Rcx]));
        Assert.Equal(Step.Exit, machine.Execute(insw));
        machine.Cpu->Exit->Data = 0x2222;
        Assert.Equal(Step.EndBlock, machine.Complete());
        Assert.Equal((SystemMachine.Code + 3, 0u), (machine.Cpu->Rip, machine[RegisterIndex.Rcx]));
        Assert.Equal(SystemMachine.Data + 4, machine[RegisterIndex.Rdi]);
        Assert.Equal(0x2222_1111u, machine.Read32(SystemMachine.Data));
        Assert.Equal(Step.EndBlock, machine.Execute(insw));
        Assert.Equal(SystemMachine.Code + 6, machine.Cpu->Rip);
    }

    [Fact]
    public void InsChecksItsDestinationBeforeThePortIsRead()
    {
        using SystemMachine machine = SystemMachine.Long();
        machine[RegisterIndex.Rdi] = 0x4000_0000;
        Assert.Equal((Vectors.PageFault, 2), machine.Fault(0x6C)); // insb
    }

    [Fact]
    public void OutsGoesDownWithTheDirectionFlag()
    {
        using SystemMachine machine = SystemMachine.Protected();
        machine.Cpu->Rflags |= FlagBits.Direction;
        machine[RegisterIndex.Rsi] = SystemMachine.Data;
        machine.Write32(SystemMachine.Data, 0x8765_4321);
        Assert.Equal(Step.Exit, machine.Execute(0x6F)); // outsd
        Assert.Equal((ExitReason.PortOut, 0x8765_4321u), (machine.Cpu->Exit->Reason, machine.Cpu->Exit->Data));
        Assert.Equal((SystemMachine.Code, SystemMachine.Data), (machine.Cpu->Rip, machine[RegisterIndex.Rsi]));
        Assert.Equal(Step.EndBlock, machine.Complete());
        Assert.Equal((SystemMachine.Code + 1, SystemMachine.Data - 4), (machine.Cpu->Rip, machine[RegisterIndex.Rsi]));
    }

    [Theory]
    [InlineData(0x60, 0x67u, 0x100, false)]
    [InlineData(0x60, 0x6Fu, 0x68, false)]
    [InlineData(0x60, 0x80u, 0x68, true)]
    [InlineData(0x61, 0x80u, 0x68, false)]
    [InlineData(0x3FF, 0xE7u, 0x68, false)]
    [InlineData(0x3F7, 0xE7u, 0x68, true)]
    public void BitmapOfTheTssDecidesForUsers(ushort port, uint limit, ushort bitmap, bool allowed)
    {
        using SystemMachine machine = SystemMachine.Long(privilege: 3);
        machine.Cpu->Segments[SegmentIndex.Tr].Limit = limit;
        machine.Write16(SystemMachine.Tss + 102, bitmap);
        machine.Ram[(int)SystemMachine.Tss + 0x68 + (0x61 / 8)] = 1 << (0x61 & 7);
        machine[RegisterIndex.Rdx] = port;
        if (allowed)
        {
            Assert.Equal(Step.Exit, machine.Execute(0xEE)); // out dx, al
            return;
        }

        Assert.Equal((Vectors.GeneralProtection, 0), machine.Fault(0xEE)); // out dx, al
    }

    [Fact]
    public void IoPrivilegeNeedsNoBitmapButVirtual8086Does()
    {
        using SystemMachine machine = SystemMachine.Long(privilege: 3);
        machine.Cpu->Rflags |= FlagBits.IoPrivilege;
        Assert.Equal(Step.Exit, machine.Execute(0xEE)); // out dx, al
        using SystemMachine virtual8086 = SystemMachine.Virtual8086(ioPrivilege: 3);
        virtual8086.Write16(SystemMachine.Tss + 102, 0x68);
        Assert.Equal((Vectors.GeneralProtection, 0), virtual8086.Fault(0xEE)); // out dx, al
    }

    [Fact]
    public void HaltSaysWhetherInterruptsAreOff()
    {
        using SystemMachine machine = SystemMachine.Long();
        Assert.Equal(Step.Exit, machine.Execute(0xF4)); // hlt
        Assert.Equal((ExitReason.Halt, ExitFlags.None), (machine.Cpu->Exit->Reason, machine.Cpu->Exit->Flags));
        Assert.Equal(SystemMachine.Code + 1, machine.Cpu->Rip);
        machine.Cpu->Rflags &= ~FlagBits.Interrupt;
        Assert.Equal(Step.Exit, machine.Execute(0xF4)); // hlt
        Assert.Equal(ExitFlags.InterruptsDisabled, machine.Cpu->Exit->Flags);
    }
}
