// Command adapter serves KEDA's external metrics to the API server of this machine.
//
// KEDA's command also publishes metrics of its own on all addresses, and has no flag for that; the
// provider is the same.
package main

import (
	"context"
	"os"

	grpcprom "github.com/grpc-ecosystem/go-grpc-middleware/providers/prometheus"
	kedav1alpha1 "github.com/kedacore/keda/v2/apis/keda/v1alpha1"
	"github.com/kedacore/keda/v2/pkg/metricsservice"
	kedaprovider "github.com/kedacore/keda/v2/pkg/provider"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	basecmd "sigs.k8s.io/custom-metrics-apiserver/pkg/cmd"
	"sigs.k8s.io/custom-metrics-apiserver/pkg/provider"
)

func main() {
	ctrl.SetLogger(zap.New())
	if err := serve(ctrl.SetupSignalHandler()); err != nil {
		ctrl.Log.Error(err, "adapter ended")
		os.Exit(1)
	}
}

func serve(ctx context.Context) error {
	adapter := &basecmd.AdapterBase{Name: "keda-adapter"}
	operator := adapter.Flags().String("metrics-service-address", "", "address of the operator's metrics")
	if err := adapter.Flags().Parse(os.Args); err != nil {
		return err
	}
	external, err := provide(ctx, adapter, *operator)
	if err != nil {
		return err
	}
	adapter.WithExternalMetrics(external)
	return adapter.Run(ctx)
}

func provide(ctx context.Context, adapter *basecmd.AdapterBase, operator string) (provider.ExternalMetricsProvider, error) {
	if err := kedav1alpha1.AddToScheme(scheme.Scheme); err != nil {
		return nil, err
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return nil, err
	}
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Scheme:  scheme.Scheme,
		Metrics: server.Options{BindAddress: "0"},
	})
	if err != nil {
		return nil, err
	}
	certificates := adapter.SecureServing.ServerCert.CertDirectory
	client, err := metricsservice.NewGrpcClient(
		ctx, operator, certificates, "", "", grpcprom.NewClientMetrics(), false)
	if err != nil {
		return nil, err
	}
	go func() {
		if err := manager.Start(ctx); err != nil {
			ctrl.Log.Error(err, "the cache of ScaledObjects ended")
			os.Exit(1)
		}
	}()
	return kedaprovider.NewProvider(ctx, ctrl.Log, manager.GetClient(), *client), nil
}
