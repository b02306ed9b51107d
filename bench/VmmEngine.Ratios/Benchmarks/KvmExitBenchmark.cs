using VmmEngine.Backends;
using VmmEngine.Bus;
using VmmEngine.Kvm;
using VmmEngine.Locks;
using VmmEngine.Ratios.Measurement;
using VmmEngine.Ratios.Native;
using VmmEngine.Ratios.Worlds;

namespace VmmEngine.Ratios.Benchmarks;

/// <summary>Exits of a guest on KVM that writes to a port for ever; both sides run the same vCPU in turn.</summary>
/// <param name="name">The row's name.</param>
/// <param name="description">The row's description.</param>
/// <param name="target">The row's target.</param>
/// <param name="withRegisters">The engine's side also reads all general registers after each exit, and the C side has the kernel store none.</param>
internal sealed class KvmExitBenchmark(string name, string description, double target, bool withRegisters) : KvmBenchmark(name, description, target)
{
    // An exit costs a thousand times what the loop does: half a millisecond.
    private const int ExitsPerBatch = 40;

    private protected override Contest Open(Baselines? baselines)
    {
        KvmWorld world = new(vcpus: 1, KvmWorld.WritePort);
        NativeLoop? native = baselines?.Loop(upstreamTransitions: false);
        native?.MapPorts(LoopScript.Ports[0]);
        Variant ours = withRegisters ? new RegistersVariant(world) : new ExitVariant(world);
        return new Contest(ours, native is null ? null : OpenNative(native, world), world, native);
    }

    private unsafe NativeVariant OpenNative(NativeLoop native, KvmWorld world)
    {
        KvmVcpuState* state = (KvmVcpuState*)world.Vcpu(0)->Backend;
        return new NativeVariant(native.RunKvm(state->Descriptor, state->Run), state, keepsRegisters: !withRegisters);
    }

    /// <summary>Exits that a device answers, until it has been written to often enough.</summary>
    private sealed unsafe class ExitVariant : Variant
    {
        private readonly KvmWorld _world;
        private readonly CountingPort _port;

        public ExitVariant(KvmWorld world)
        {
            _world = world;
            _port = new CountingPort(world);
            world.Bus.MapPorts((ushort)LoopScript.Ports[0].First, 1, _port);
        }

        public override long MaximumCount => ExitsPerBatch;

        public override ulong Run(int thread, long count)
        {
            _port.Left = count;
            _port.Sum = 0;
            VcpuLocks<ProcessorAtomics>.TryFreeze(ref _world.Locks, 0, out Vcpu* vcpu);
            _world.Run(0);
            VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
            return _port.Sum;
        }
    }

    /// <summary>Exits that return to the caller, who reads the registers.</summary>
    private sealed unsafe class RegistersVariant(KvmWorld world) : Variant
    {
        public override long MaximumCount => ExitsPerBatch;

        public override ulong Run(int thread, long count)
        {
            ulong sum = 0;
            CpuRegisters registers = default;
            VcpuLocks<ProcessorAtomics>.TryFreeze(ref world.Locks, 0, out Vcpu* vcpu);
            for (long i = 0; i < count; i++)
            {
                world.Run(0);
                world.Backend.ReadRegisters(vcpu, RegisterGroups.General | RegisterGroups.AtExit, ref registers);
                sum += (registers.General[0] & byte.MaxValue) + registers.General[2] + sizeof(byte);
            }

            VcpuLocks<ProcessorAtomics>.Thaw(vcpu);
            return sum;
        }
    }

    private sealed unsafe class NativeVariant(Variant native, KvmVcpuState* state, bool keepsRegisters) : Variant
    {
        private readonly KvmVcpuState* _state = state;

        public override long MaximumCount => ExitsPerBatch;

        public override ulong Run(int thread, long count)
        {
            ulong registers = _state->Run->kvm_valid_regs;
            _state->Run->kvm_valid_regs = keepsRegisters ? registers : 0;
            ulong sum = native.Run(thread, count);
            _state->Run->kvm_valid_regs = registers;
            return sum;
        }
    }

    /// <summary>Ends the run after so many writes by asking for the vCPU.</summary>
    private sealed unsafe class CountingPort(KvmWorld world) : PortDevice
    {
        public long Left { get; set; }

        public ulong Sum { get; set; }

        public override uint Read(ushort port, int size) => 0;

        public override void Write(ushort port, int size, uint value)
        {
            Sum += (ulong)value + port + (uint)size;
            if (--Left == 0)
            {
                VcpuLocks<ProcessorAtomics>.Post(ref world.Locks, world.Vcpu(0), VcpuRequests.Idle);
            }
        }
    }
}
