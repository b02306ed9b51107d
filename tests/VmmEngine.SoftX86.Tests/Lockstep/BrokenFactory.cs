using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Memory;
using VmmEngine.Platform;

namespace VmmEngine.SoftX86.Tests.Lockstep;

/// <summary>Does something wrong to the registers, or to memory by a register, after an instruction.</summary>
/// <param name="registers">General registers after the instruction.</param>
internal delegate void Damage(ref CpuRegisters registers);

/// <summary>The software back end with one instruction broken.</summary>
/// <param name="address">The instruction's offset in CS.</param>
/// <param name="damage">What happens after each execution of it.</param>
internal sealed class BrokenFactory(ulong address, Damage damage) : BackendFactory
{
    /// <inheritdoc/>
    public override string Name => "broken";

    /// <inheritdoc/>
    public override VmBackend Create(in BackendRequest request) =>
        new BrokenBackend(new SoftBackendFactory(new SoftOptions { OneInstructionBlocks = true }).Create(in request), in request, address, damage);

    private sealed unsafe class BrokenBackend(VmBackend inner, in BackendRequest request, ulong address, Damage damage) : VmBackend(in request)
    {
        public override string Name => "broken";

        public override delegate*<Vcpu*, void> Kick => inner.Kick;

        public override InterruptController Interrupts => inner.Interrupts;

        public override int Map(Gpa address, Hva host, ulong length, MemoryProtection protection) => inner.Map(address, host, length, protection);

        public override void Unmap(Gpa address, ulong length) => inner.Unmap(address, length);

        public override void MemoryWritten(Gpa address, ulong length) => inner.MemoryWritten(address, length);

        public override int Prepare(Vcpu* vcpu) => inner.Prepare(vcpu);

        public override int Reset(Vcpu* vcpu) => inner.Reset(vcpu);

        public override int ReadRegisters(Vcpu* vcpu, RegisterGroups groups, ref CpuRegisters registers) => inner.ReadRegisters(vcpu, groups, ref registers);

        public override int WriteRegisters(Vcpu* vcpu, RegisterGroups groups, in CpuRegisters registers) => inner.WriteRegisters(vcpu, groups, in registers);

        public override int Inject(Vcpu* vcpu, in VcpuEvent pending) => inner.Inject(vcpu, in pending);

        public override bool TakeEvent(Vcpu* vcpu, out VcpuEvent pending) => inner.TakeEvent(vcpu, out pending);

        public override void InjectNmi(Vcpu* vcpu) => inner.InjectNmi(vcpu);

        public override void Restart(Vcpu* vcpu) => inner.Restart(vcpu);

        public override void EndHalt(Vcpu* vcpu) => inner.EndHalt(vcpu);

        // One instruction at a time, to see the address of each.
        public override RunResult Run(Vcpu* vcpu, in RunContext context, out VcpuExit* exit)
        {
            while (true)
            {
                CpuRegisters registers = default;
                inner.ReadRegisters(vcpu, RegisterGroups.General, ref registers);
                bool broken = registers.Rip == address;
                RunResult result = inner.Run(vcpu, context with { Budget = 1 }, out exit);
                if (broken && result == RunResult.Bogus)
                {
                    inner.ReadRegisters(vcpu, RegisterGroups.General, ref registers);
                    damage(ref registers);
                    inner.WriteRegisters(vcpu, RegisterGroups.General, in registers);
                }

                if (result != RunResult.Bogus || context.Budget != 0)
                {
                    return result;
                }
            }
        }

        protected override void Dispose(bool disposing) => inner.Dispose();
    }
}
