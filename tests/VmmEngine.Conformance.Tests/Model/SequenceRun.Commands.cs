using VmmEngine.Conformance.Cases;
using VmmEngine.Conformance.OpenBsd.Interface;
using static VmmEngine.Conformance.Clients.Errors;

namespace VmmEngine.Conformance.Tests.Model;

/// <content>The commands.</content>
internal sealed partial class SequenceRun
{
    private const ulong Page = 4096;
    private const int UnreadableExit = 13;

    private void Create(Step step)
    {
        ClientMemory? own = step.Newer ? null : ClientMemory.Allocate(GuestProgram.MemorySize);
        MemoryRange memory = new(0, GuestProgram.MemorySize, own?.Address ?? 0);
        MemoryRange device = new(GuestProgram.DeviceAddress, Page, Page, Structs.Mmio);
        (IReadOnlyList<MemoryRange> ranges, ulong vcpus) = step.Variant switch
        {
            0 => ([], 1UL),
            1 => ([memory, device], 2UL),
            2 => ([device, memory], 1UL),
            3 => ([memory with { Size = 0 }], 1UL),
            4 => ([device], 1UL),
            _ => ((IReadOnlyList<MemoryRange>)[memory, device], 1UL),
        };
        Struct argument = Structs.Create(step.Revision, ranges, vcpus, "model");
        int error = _model.Create(step, isSound: step.Variant > 4, out ModelVm? vm);
        Expect(error, step, argument);
        if (vm is null)
        {
            own?.Dispose();
            return;
        }

        Check.Equal("the id", vm.Id, argument.U32(step.Revision.CreatedId));
        VmSide side = new(own ?? new ClientMemory(argument.U64(Structs.RangesAt + 8), GuestProgram.MemorySize), new Struct(Exits.Size));
        GuestProgram.Load(side.Memory.Bytes);
        _sides.Add(vm.Id, side);
    }

    private void Run(Step step, ModelVm vm)
    {
        // Whoever answers moves on, or not, and has data; the structure is the last exit's otherwise.
        Struct bytes = _sides[vm.Id].Exit;
        Exit client = new(bytes, 0, false);
        bool answers = step.Newer || step.Variant % 4 != 0;
        bool canReach = step.Variant != UnreadableExit;
        if (answers && step.Variant % 3 != 0 && GuestProgram.At.TryGetValue(client.Rip, out Instruction instruction) && instruction.Op is Op.Out or Op.In or Op.ReadDevice or Op.Store)
        {
            client.Registers.SetGpr(RegisterState.Rip, client.Rip + (ulong)instruction.Length);
            if (vm.Vcpu.LastReason == Exits.Io)
            {
                client.Data = step.Value;
            }
        }

        Injection inject = (step.Value % 8) switch
        {
            0 => Injection.Exception(13, 7),
            1 => Injection.Interrupt(0x40),
            2 => new Injection(Structs.InjectNmi, 2),
            3 => new Injection(200, 13),
            _ => default,
        };
        bool pending = step.Value % 5 == 0;
        ModelExit expected = _model.Run(vm, client, answers, canReach, canReach, inject, pending);
        Struct run = Structs.Run(step.Revision, vm.Id, canReach ? bytes : Structs.BadPointer, answers: answers, inject: inject, pending: pending);
        Expect(expected.Error, step, run);
        if (expected.Error != 0)
        {
            Refresh(vm); // of an exit that was lost
            return;
        }

        Check.Equal("the reason", Exits.NameOf(expected.Reason), Exits.NameOf(run.U16(step.Revision.RunReason)));
        Check.Equal("readiness", vm.Vcpu.Ready, run.U8(step.Revision.RunReady) != 0);
        Check.Equal("cpl", 0, client.Privilege);
        Compare(vm.Vcpu, client.Registers);
        if (expected.Reason == Exits.Io)
        {
            Check.Equal("the port", expected.Port, client.Port);
            Check.Equal("the direction, in", expected.IsIn, client.IsIn);
            Check.Equal("the data", (uint)vm.Vcpu.Rax, client.Data);
            Check.Equal("the length", expected.Length, client.PortLength);
        }
        else if (expected.Reason == Exits.EptViolation)
        {
            Check.Equal("the fault", expected.FaultType, client.FaultType);
            Check.Equal("the length", expected.Length, client.FaultLength);
        }
    }

    private void Report(Step step)
    {
        Struct room = new(VmRecord.Size * 4);
        bool fits = step.Variant % 4 != 1;
        ulong size = fits ? (ulong)room.Size : (ulong)(step.Variant * 10);
        ulong needed = (ulong)_model.Vms.Count * VmRecord.Size;
        Struct info = Structs.Info(size, room);
        Expect(0, step, info);
        if (size < needed)
        {
            Check.Equal("vip_size", needed, info.U64(0));
            Check.Equal("vip_info_ct", 0UL, info.U64(8));
            return;
        }

        Check.Equal("vip_size", size, info.U64(0));
        Check.Equal("vip_info_ct", (ulong)_model.Vms.Count, info.U64(8));
        for (int i = 0; i < _model.Vms.Count; i++)
        {
            VmRecord record = new(room, i * VmRecord.Size);
            ModelVm vm = _model.Vms[i];
            Check.Equal($"record {i}'s id", vm.Id, record.Id);
            Check.Equal($"record {i}'s creator", vm.Creator, record.Creator);
            Check.Equal($"record {i}'s state", vm.Vcpu.State, record.StateOf(0));
            Check.Equal($"record {i}'s memory", (ulong)GuestProgram.MemorySize, record.MemorySize);
        }
    }

    private void Terminate(Step step, ModelVm vm)
    {
        Expect(0, step, Structs.Terminate(vm.Id));
        _model.Terminate(vm);
        _sides.Remove(vm.Id, out VmSide? side);
        side!.Memory.Dispose();
    }

    private void Reset(Step step, ModelVm vm)
    {
        ulong rip = GuestProgram.StartOf(step.Variant < GuestProgram.Cells ? step.Variant : 0);
        Struct argument = Structs.Reset(vm.Id, out RegisterState registers);
        registers.SetRealMode(rip);
        Expect(_model.Reset(vm, rip), step, argument);
        Refresh(vm);
    }

    private void Interrupt(Step step, ModelVm vm)
    {
        Expect(0, step, Structs.Interrupt(step.Vm, step.Variant % 2));
        vm.IsDisturbed = true;
    }

    private void ReadRegisters(Step step, ModelVm vm)
    {
        bool general = step.Variant % 3 != 0;
        Struct argument = Structs.Registers(vm.Id, general ? RegisterState.General : 0x100, out RegisterState registers);
        registers.SetGpr(RegisterState.Rax, 0xEEEE_EEEE);
        Expect(0, step, argument);
        if (general)
        {
            Compare(vm.Vcpu, registers);
        }
        else
        {
            Check.Equal("RAX's place", 0xEEEE_EEEEUL, registers.Gpr(RegisterState.Rax));
        }
    }

    private void WriteRegisters(Step step, ModelVm vm)
    {
        bool general = step.Variant % 4 != 0;
        ModelVcpu vcpu = vm.Vcpu;
        ulong rip = GuestProgram.StartOf(step.Variant % 7);
        bool enabled = step.Value % 2 != 0;
        Struct argument = Structs.Registers(vm.Id, general ? RegisterState.General : 0x200, out RegisterState registers);
        registers.SetGpr(RegisterState.Rip, rip).SetGpr(RegisterState.Rax, step.Value).SetGpr(RegisterState.Rsp, GuestProgram.Stack).SetGpr(RegisterState.Rflags, enabled ? 0x202UL : 2);
        Expect(0, step, argument);
        if (general)
        {
            (vcpu.Rip, vcpu.Rax, vcpu.Rsp, vcpu.Enabled) = (rip, step.Value, GuestProgram.Stack, enabled);
            Refresh(vm);
        }
    }

    private void ReadParameters(Step step, ModelVm vm)
    {
        uint mask = (uint)step.Variant % 8;
        Struct argument = Structs.Parameters(vm.Id, mask, 0xEEEE, 0xEEEE);
        Expect(0, step, argument);
        Check.Equal("the clock's address", (mask & Structs.ClockAddress) != 0 ? vm.ClockAddress : 0xEEEE, argument.U64(16));
        if ((mask & Structs.ClockVersion) == 0)
        {
            Check.Equal("the version's place", 0xEEEEu, argument.U32(24));
            return;
        }

        uint ahead = argument.U32(24) - vm.ClockVersion;
        Check.That("the clock's version", ahead % 2 == 0 && ahead <= vm.ClockAhead, $"{vm.ClockVersion}, or up to {vm.ClockAhead} more", $"{argument.U32(24)}");
    }

    private void WriteParameters(Step step, ModelVm vm)
    {
        uint mask = (uint)step.Variant % 8;
        ulong address = (step.Value % 6) switch
        {
            0 => GuestProgram.ClockRecord,
            1 => GuestProgram.ClockRecord + 8,
            2 => GuestProgram.MemorySize - 32,
            3 => 0x20_0001,
            _ => GuestProgram.ClockRecord | 1,
        };
        Expect(0, step, Structs.Parameters(vm.Id, mask, address, step.Value * 2));
        if ((mask & Structs.ClockVersion) != 0)
        {
            (vm.ClockVersion, vm.ClockAhead) = (step.Value * 2, 0);
        }

        if ((mask & Structs.ClockAddress) != 0 && (address & ~1UL) == GuestProgram.ClockRecord)
        {
            vm.ClockAddress = address;
            vm.ClockVersion += (address & 1) != 0 ? 2u : 0; // its record is written
        }
    }

    private void Share(Step step)
    {
        ClientMemory memory = _sides[step.Vm].Memory;
        MemoryRange[] ranges = [new MemoryRange(0, GuestProgram.MemorySize), new MemoryRange(GuestProgram.DeviceAddress, Page, Type: Structs.Mmio)];
        if (step.Variant % 3 == 0)
        {
            Expect(0, step, Structs.Share(step.Revision, step.Vm, ranges[..1])); // and maps nothing
            return;
        }

        using ClientMemory? own = step.Newer ? null : ClientMemory.Allocate(GuestProgram.MemorySize);
        ranges[0] = ranges[0] with { Client = own?.Address ?? 0 };
        Struct argument = Structs.Share(step.Revision, step.Vm, ranges);
        Expect(0, step, argument);
        using ClientMemory? given = step.Newer ? new ClientMemory(argument.U64(528), GuestProgram.MemorySize) : null;
        memory.Bytes[0x7000] = (byte)step.Value;
        Check.Equal("the byte in the second mapping", (byte)step.Value, (own ?? given!).Bytes[0x7000]);
    }

    private void Protect(Step step, ModelVm vm)
    {
        (int protection, ulong address) = (step.Variant % 6) switch
        {
            0 => (2, GuestProgram.Protected),
            1 => (7, GuestProgram.Protected + 8),
            2 => (7, 0x40_0000UL),
            3 => (7, GuestProgram.Protected),
            _ => (5, GuestProgram.Protected),
        };
        int error = vm.Vcpu.State != VmRecord.Stopped ? EBUSY : step.Variant % 6 < 3 ? EINVAL : 0;
        Expect(error, step, Structs.Protect(vm.Id, address, Page, protection));
        if (error == 0)
        {
            vm.Vcpu.IsProtected = protection == 5;
        }
    }

    /// <summary>What a client does that knows of no exit: it looks where the guest is, so that its next answer is not one to an exit of long ago.</summary>
    private void Refresh(ModelVm vm)
    {
        ModelVcpu vcpu = vm.Vcpu;
        new Exit(_sides[vm.Id].Exit, 0, false).Registers.SetGpr(RegisterState.Rip, vcpu.Rip).SetGpr(RegisterState.Rax, vcpu.Rax)
            .SetGpr(RegisterState.Rsp, vcpu.Rsp).SetGpr(RegisterState.Rflags, vcpu.Flags);
    }

    private static void Compare(ModelVcpu vcpu, RegisterState seen)
    {
        Check.Equal("RIP", vcpu.Rip, seen.Gpr(RegisterState.Rip));
        Check.Equal("RAX", vcpu.Rax, seen.Gpr(RegisterState.Rax));
        Check.Equal("RSP", vcpu.Rsp, seen.Gpr(RegisterState.Rsp));
        Check.Equal("RFLAGS", vcpu.Flags, seen.Gpr(RegisterState.Rflags) & 0x202);
    }
}
