// Command controller runs Karpenter for AWS against the emulator of this machine.
//
// Karpenter's command publishes metrics and health on all addresses, and has no flag for that; the
// controllers are the same.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/karpenter-provider-aws/pkg/cloudprovider"
	"github.com/aws/karpenter-provider-aws/pkg/cloudprovider/registrationhooks"
	"github.com/aws/karpenter-provider-aws/pkg/controllers"
	"github.com/aws/karpenter-provider-aws/pkg/operator"
	"github.com/awslabs/operatorpkg/serrors"
	"github.com/go-logr/zapr"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	karpv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider/metrics"
	"sigs.k8s.io/karpenter/pkg/cloudprovider/overlay"
	corecontrollers "sigs.k8s.io/karpenter/pkg/controllers"
	"sigs.k8s.io/karpenter/pkg/controllers/nodeoverlay"
	"sigs.k8s.io/karpenter/pkg/controllers/state"
	"sigs.k8s.io/karpenter/pkg/events"
	coreoperator "sigs.k8s.io/karpenter/pkg/operator"
	"sigs.k8s.io/karpenter/pkg/operator/injection"
	"sigs.k8s.io/karpenter/pkg/operator/logging"
	"sigs.k8s.io/karpenter/pkg/operator/options"
)

func main() {
	ctx, core, err := newCore()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	run(operator.NewOperator(ctx, core))
}

// newCore is coreoperator.NewOperator on loopback, without election of a leader.
func newCore() (context.Context, *coreoperator.Operator, error) {
	ctx := injection.WithOptionsOrDie(context.Background(), options.Injectables...)
	given := options.FromContext(ctx)
	logger := serrors.NewLogger(zapr.NewLogger(logging.NewLogger(ctx, "controller")))
	log.SetLogger(logger)
	config := ctrl.GetConfigOrDie()
	config.QPS, config.Burst = float32(given.KubeClientQPS), given.KubeClientBurst
	config.UserAgent = coreoperator.AppName
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Logger:                 logging.IgnoreDebugEvents(logger),
		Metrics:                server.Options{BindAddress: fmt.Sprintf("127.0.0.1:%d", given.MetricsPort)},
		HealthProbeBindAddress: fmt.Sprintf("127.0.0.1:%d", given.HealthProbePort),
		BaseContext: func() context.Context {
			return injection.WithOptionsOrDie(log.IntoContext(context.Background(), logger), options.Injectables...)
		},
		Cache: cache.Options{ByObject: map[client.Object]cache.ByObject{
			&coordinationv1.Lease{}: {
				Field: fields.SelectorFromSet(fields.Set{"metadata.namespace": "kube-node-lease"}),
			},
		}},
	})
	if err != nil {
		return nil, nil, err
	}
	if err := index(ctx, manager.GetFieldIndexer()); err != nil {
		return nil, nil, err
	}
	if err := manager.AddReadyzCheck("readyz", healthz.Ping); err != nil {
		return nil, nil, err
	}
	kubernetesInterface, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, nil, err
	}
	return ctx, &coreoperator.Operator{
		Manager:             manager,
		KubernetesInterface: kubernetesInterface,
		EventRecorder:       events.NewRecorder(manager.GetEventRecorderFor(coreoperator.AppName)), //nolint:staticcheck // as upstream
		Clock:               clock.RealClock{},
		InstanceTypeStore:   nodeoverlay.NewInstanceTypeStore(),
	}, nil
}

// index holds what Karpenter's controllers look objects up by.
func index(ctx context.Context, indexer client.FieldIndexer) error {
	claim := func(value func(*karpv1.NodeClaim) string) client.IndexerFunc {
		return func(o client.Object) []string { return []string{value(o.(*karpv1.NodeClaim))} }
	}
	pool := func(value func(*karpv1.NodeClassReference) string) client.IndexerFunc {
		return func(o client.Object) []string {
			return []string{value(o.(*karpv1.NodePool).Spec.Template.Spec.NodeClassRef)}
		}
	}
	for _, one := range []struct {
		object client.Object
		field  string
		values client.IndexerFunc
	}{
		{&corev1.Pod{}, "spec.nodeName", func(o client.Object) []string {
			return []string{o.(*corev1.Pod).Spec.NodeName}
		}},
		{&corev1.Node{}, "spec.providerID", func(o client.Object) []string {
			return []string{o.(*corev1.Node).Spec.ProviderID}
		}},
		{&storagev1.VolumeAttachment{}, "spec.nodeName", func(o client.Object) []string {
			return []string{o.(*storagev1.VolumeAttachment).Spec.NodeName}
		}},
		{&karpv1.NodeClaim{}, "status.providerID", claim(func(c *karpv1.NodeClaim) string { return c.Status.ProviderID })},
		{&karpv1.NodeClaim{}, "spec.nodeClassRef.group", claim(func(c *karpv1.NodeClaim) string { return c.Spec.NodeClassRef.Group })},
		{&karpv1.NodeClaim{}, "spec.nodeClassRef.kind", claim(func(c *karpv1.NodeClaim) string { return c.Spec.NodeClassRef.Kind })},
		{&karpv1.NodeClaim{}, "spec.nodeClassRef.name", claim(func(c *karpv1.NodeClaim) string { return c.Spec.NodeClassRef.Name })},
		{&karpv1.NodePool{}, "spec.template.spec.nodeClassRef.group", pool(func(r *karpv1.NodeClassReference) string { return r.Group })},
		{&karpv1.NodePool{}, "spec.template.spec.nodeClassRef.kind", pool(func(r *karpv1.NodeClassReference) string { return r.Kind })},
		{&karpv1.NodePool{}, "spec.template.spec.nodeClassRef.name", pool(func(r *karpv1.NodeClassReference) string { return r.Name })},
	} {
		if err := indexer.IndexField(ctx, one.object, one.field, one.values); err != nil {
			return err
		}
	}
	return nil
}

// run is the rest of Karpenter's own main.
func run(ctx context.Context, op *operator.Operator) {
	undecorated := metrics.Decorate(cloudprovider.New(
		op.InstanceTypesProvider,
		op.InstanceProvider,
		op.EventRecorder,
		op.GetClient(),
		op.AMIProvider,
		op.SecurityGroupProvider,
		op.CapacityReservationProvider,
		op.PlacementGroupProvider,
		op.InstanceTypeStore,
		op.CABundle,
	))
	provider := overlay.Decorate(undecorated, op.GetClient(), op.InstanceTypeStore)
	op.
		WithControllers(ctx, corecontrollers.NewControllers(
			ctx,
			op.Manager,
			op.Clock,
			op.GetClient(),
			op.EventRecorder,
			provider,
			undecorated,
			state.NewCluster(op.Clock, op.GetClient(), provider),
			op.InstanceTypeStore,
			corecontrollers.WithRegistrationHook(registrationhooks.NewPlacementGroupRegistrationHook(op.InstanceProvider)),
		)...).
		WithControllers(ctx, controllers.NewControllers(
			ctx,
			op.Manager,
			op.Config,
			op.Clock,
			op.EC2API,
			op.GetClient(),
			op.EventRecorder,
			op.UnavailableOfferingsCache,
			op.SSMCache,
			op.ValidationCache,
			op.RecreationCache,
			provider,
			op.SubnetProvider,
			op.SecurityGroupProvider,
			op.InstanceProfileProvider,
			op.InstanceProvider,
			op.PricingProvider,
			op.AMIProvider,
			op.LaunchTemplateProvider,
			op.VersionProvider,
			op.InstanceTypesProvider,
			op.CapacityReservationProvider,
			op.PlacementGroupProvider,
			op.AMIResolver,
			op.ZonalShiftProvider,
			op.InstanceStatusProvider,
			op.CABundle,
		)...).
		Start(ctx)
}
